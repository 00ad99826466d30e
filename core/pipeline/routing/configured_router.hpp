// Builds the router that gateway.yaml describes.
#pragma once

#include "core/config/config.hpp"
#include "core/pipeline/routing/router.hpp"

namespace openclaw::pipeline {

Router configured_router(const config::Config& config);

}  // namespace openclaw::pipeline
