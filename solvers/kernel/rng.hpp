// xoshiro256++ of Blackman and Vigna (2019), seeded by splitmix64: the same numbers on every
// platform, unlike the distributions of the standard library.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace kernel {

class Rng {
public:
    explicit Rng(std::uint64_t seed) {
        for (auto& word : state_) {
            seed += 0x9e3779b97f4a7c15ULL;
            std::uint64_t mixed = seed;
            mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
            mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
            word = mixed ^ (mixed >> 31);
        }
    }

    std::uint64_t next() {
        const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }

    // Whole number in 0 .. bound - 1; bound must be positive.
    int below(int bound) {
        return static_cast<int>(((next() >> 32) * static_cast<std::uint64_t>(bound)) >> 32);
    }

    // Number in [0, 1).
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

    // Number in (0, 1], fit for a logarithm.
    double positive_unit() { return 1.0 - unit(); }

    // How many trials pass before one of chance `chance` succeeds.
    int failures_before_success(double chance) {
        return static_cast<int>(std::log(positive_unit()) / std::log1p(-chance));
    }

private:
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace kernel
