// Compiles the parts of nlohmann/json that json_instances.hpp declares.
#define OPENCLAW_JSON_TEMPLATE template
#include "json_instances.hpp"
