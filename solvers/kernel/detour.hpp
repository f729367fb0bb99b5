// A bound on putting a few visits between two of a route, cheap enough to save most replays.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "problem.hpp"
#include "route.hpp"

namespace kernel {

// Bounds at one slot of a route after the other. A "no" on time or load is certain, wherever the
// break is moved to: that makes nothing earlier but by the time that it takes before the slot now.
// A "no" on cost looks away from what moving the break may save. Says yes to everything where
// releases, or drives that are closed at times, decide.
class Detour {
public:
    explicit Detour(const Problem& problem) : problem_(&problem) {}

    // The route must stay as it is while it is asked about.
    void turn_to(const Route& route, std::size_t slot);

    // Whether `body`, visits of which one is a stop that costs `price` to serve, may stand before
    // the slot for less than `limit`.
    bool may_stand(std::span<const std::int32_t> body, std::int64_t price, std::int64_t limit);

    // Whether `stop` may stand there with an unloading before it, behind it or both, as far as can
    // be told without looking at any hub: no way is shorter for an unloading on it. Says yes where
    // an unloading further on would be shorter for it.
    bool may_unload_beside(std::int32_t stop, std::int64_t price, std::int64_t limit);

private:
    bool in_time_for(std::span<const std::int32_t> body, std::int64_t price, std::int64_t limit,
                     std::int64_t spare_s);
    bool in_room(std::span<const std::int32_t> body) const;
    std::int64_t relief_of(std::span<const std::int64_t> load) const;

    const Problem* problem_;
    const Route* route_ = nullptr;
    std::size_t slot_ = 0;
    std::int64_t rest_s_ = 0;            // by which the slot would be reached earlier at most
    std::vector<std::int64_t> before_;   // carried on the slot's trip when it is reached
    std::vector<std::int64_t> load_;     // scratch space
};

}  // namespace kernel
