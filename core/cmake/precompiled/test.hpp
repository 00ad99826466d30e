// The test framework with the standard headers beside it, precompiled for the core's tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core.hpp"
