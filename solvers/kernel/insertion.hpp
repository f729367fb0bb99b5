// What inserting a stop into a route costs.
#pragma once

#include <cstdint>
#include <vector>

#include "detour.hpp"
#include "problem.hpp"
#include "route.hpp"

namespace kernel {

// Where a stop goes and at what added cost; `delta` is kNoCost where it fits nowhere.
struct Placing {
    std::int64_t delta = kNoCost;
    int route = -1;
    int slot = 0;
    // The route's visits afterwards, where hub visits or the break change too; else empty.
    std::vector<std::int32_t> nodes;

    bool found() const { return delta < kNoCost; }
};

// Judges insertions: in constant time where the rules at hand allow it, else by a cheap filter
// and an exact replay. Holds scratch space, so each thread has its own.
class Judge {
public:
    explicit Judge(const Problem& problem) : problem_(&problem), detour_(problem) {}

    // Considers `stop` before what stands in `slot` of `route` (1 .. slots - 1, behind the
    // committed prefix) and keeps the better of that and `best`. The vehicle must be one that
    // may serve the stop; `price` is what its serving it costs besides. `to` and `from`, where
    // given, are the drives to and from the stop at that place when travel is constant.
    void consider(const Route& route, int slot, std::int32_t stop, std::int64_t price,
                  Placing& best, const Leg* to = nullptr, const Leg* from = nullptr);

    // The same without an unloading beside the stop; whether one might help.
    bool consider_alone(const Route& route, int slot, std::int32_t stop, std::int64_t price,
                        Placing& best, const Leg* to = nullptr, const Leg* from = nullptr);

    // The same with an unloading before the stop, behind it, or both.
    void consider_unloading(const Route& route, int slot, std::int32_t stop, std::int64_t price,
                            Placing& best);

    // Considers all slots of the route.
    void consider_all(const Route& route, std::int32_t stop, Placing& best);

    // The visits with needless hub visits dropped and the break where it costs least; true if
    // they differ from the route's.
    bool tidied(const Route& route, std::vector<std::int32_t>& nodes);

    std::vector<std::int64_t>& load() { return load_; }

private:
    enum class Verdict { kNo, kExact, kOverfull, kYes };

    Verdict judge(const Route& route, const Vehicle& vehicle, int slot, std::int32_t stop,
                  std::int64_t price, const Leg* to, const Leg* from, std::int64_t limit,
                  std::int64_t& delta) const;
    Verdict judge_timed(const Route& route, const Vehicle& vehicle, int slot,
                        std::int64_t leave_s, std::int64_t next_arrival_s,
                        std::int64_t& delta) const;
    void try_nodes(const Route& route, const std::vector<std::int32_t>& nodes, int slot,
                   bool plain, Placing& best);
    void try_rests(const Route& route, const std::vector<std::int32_t>& nodes, int slot,
                   Placing& best);
    Walked replay(const Route& route, const std::vector<std::int32_t>& nodes);
    bool holds_own_break(const Route& route) const;

    const Problem* problem_;
    Detour detour_;
    std::vector<std::int64_t> load_;
    std::vector<std::int32_t> nodes_;
    std::vector<std::int32_t> body_;
    std::vector<std::int32_t> hubbed_;
    std::vector<std::int32_t> rested_;
};

}  // namespace kernel
