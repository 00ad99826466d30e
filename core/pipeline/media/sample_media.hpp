// Files as tests send them.
#pragma once

#include <string>

namespace openclaw::pipeline {

inline const std::string kPng = "\x89PNG\r\n\x1a\n...";

}  // namespace openclaw::pipeline
