// The clock of all limits, and the routes that parts of the kernel hand each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace kernel {

using Clock = std::chrono::steady_clock;
using RouteNodes = std::vector<std::vector<std::int32_t>>;  // one entry per vehicle

}  // namespace kernel
