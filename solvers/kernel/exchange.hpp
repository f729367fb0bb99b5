// Two routes exchange what they do from some moment on.
#pragma once

#include <cstdint>
#include <vector>

#include "plan.hpp"
#include "rng.hpp"
#include "ruin.hpp"

namespace kernel {

// A random step of the neighbourhood known as 2-opt*: Potvin and Rousseau, *An exchange heuristic
// for routing problems with time windows*, Journal of the Operational Research Society 46(12),
// 1995. String removals move a few visits at a time; this moves half a route, takes a vehicle in
// or out, or changes who drives a route.
class Exchange {
public:
    explicit Exchange(const Problem& problem) : problem_(&problem) {}

    // Lets a random stop and what follows it go on behind a stop near by, or behind the start of a
    // vehicle near by, and what followed there go on in its place. True where the plan changed;
    // it is valid then, and not dearer than `limit` but for what only a replay tells.
    bool apply(Plan& plan, const Share& share, Rng& rng, std::int64_t limit);

private:
    struct Cut {
        int route = -1;
        std::size_t kept = 0;  // visits before the cut
    };

    Cut behind_stop(const Plan& plan, std::int32_t stop, Rng& rng) const;
    Cut behind_start(Plan& plan, const Share& share, std::int32_t stop, Rng& rng) const;
    bool promises(const Plan& plan, Cut from, Cut to, std::int64_t limit) const;
    void exchange(Plan& plan, Cut from, Cut to);

    const Problem* problem_;
    std::vector<std::int32_t> first_;
    std::vector<std::int32_t> second_;
};

}  // namespace kernel
