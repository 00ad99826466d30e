#include "core/config/config.hpp"
