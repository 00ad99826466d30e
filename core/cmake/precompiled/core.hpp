// The standard and Boost headers that most of the core's files read, precompiled for them.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/system/result.hpp>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>
#if defined(__clang__)
// clang reads what a file uses of it; gcc instantiates much of it in every file.
#include "json.hpp"
#endif
