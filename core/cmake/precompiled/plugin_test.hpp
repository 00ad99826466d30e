// The test framework with the JSON library beside it, precompiled for the plugins' tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json.hpp"
