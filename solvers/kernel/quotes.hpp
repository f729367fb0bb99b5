// Does one more stop fit into the plan as it stands, where, and at what added cost?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "everywhere.hpp"
#include "insertion.hpp"
#include "probe.hpp"
#include "problem.hpp"
#include "repair.hpp"
#include "route.hpp"
#include "search.hpp"

namespace kernel {

// A stop with its lists, as it comes in.
struct NewStop {
    Stop stop;
    std::vector<Window> windows;
    std::vector<std::int64_t> service_s;  // per class
    std::vector<std::int64_t> setup_s;    // per class
    std::vector<std::int64_t> loads;      // per dimension
};

// The answer for one window.
struct Offer {
    bool found = false;
    bool repaired = false;
    std::int64_t cost = 0;
    std::int32_t vehicle = -1;
    std::int64_t start_s = 0;
    ChangedRoutes routes;  // in the codes of a problem that holds the new stop as its last
};

// The problem with one more stop, and with every promise turned into a window: a stop that must
// be served may start no later than its due time, or than it does now where that is later. So
// whatever the usual rules allow here breaks no promise and makes no broken one worse.
class Quotes {
public:
    // `routes` is a valid plan of `problem`.
    Quotes(const Problem& problem, const RouteNodes& routes);

    Quotes(const Quotes&) = delete;
    Quotes& operator=(const Quotes&) = delete;

    // One offer for each of `windows`. Where plain insertion finds no place, `tries` attempts at
    // a repair are made. Throws std::invalid_argument for values out of range.
    // `probe`, where given, knows the drives of the stop.
    std::vector<Offer> ask(const NewStop& stop, std::span<const Window> windows, int tries,
                           std::uint64_t seed, Probe* probe);

private:
    void copy(const Problem& problem);
    void hold_promises(const Problem& problem, const RouteNodes& routes);
    void rebuild();
    void take(const NewStop& stop);
    Offer offer(int tries, std::uint64_t seed, Probe* probe);
    std::int64_t start_of(std::int32_t vehicle, const std::vector<std::int32_t>& nodes);

    Problem view_;
    bool has_release_ = false;
    std::vector<Window> promised_;  // backs the cut windows
    Window asked_{0, 0};
    std::vector<Route> routes_;
    Judge judge_;
    Everywhere everywhere_;
    Repair repair_;
};

}  // namespace kernel
