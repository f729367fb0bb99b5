// Integer arithmetic shared by all parts of the kernel.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace kernel {

// Later than any moment and dearer than any limit, yet far from overflow when added up.
inline constexpr std::int64_t kNever = std::int64_t{1} << 50;

// Cost of what cannot be done.
inline constexpr std::int64_t kNoCost = std::numeric_limits<std::int64_t>::max();

// Value of a matrix entry whose arc may not be driven.
inline constexpr std::int32_t kUnreachable = 2147483647;

inline std::int64_t floor_div(std::int64_t value, std::int64_t divisor) {
    const std::int64_t quotient = value / divisor;
    return quotient - (value % divisor != 0 && (value < 0) != (divisor < 0) ? 1 : 0);
}

inline std::int64_t ceil_div(std::int64_t value, std::int64_t divisor) {
    return (value + divisor - 1) / divisor;
}

// Whole square root, rounded down; exact for values below 2^60.
inline std::int64_t isqrt(std::int64_t value) {
    auto root = static_cast<std::int64_t>(std::sqrt(static_cast<double>(value)));
    while (root * root > value) --root;
    while ((root + 1) * (root + 1) <= value) ++root;
    return root;
}

}  // namespace kernel
