// Ruin and recreate under simulated annealing.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "clock.hpp"
#include "exchange.hpp"
#include "insertion.hpp"
#include "plan.hpp"
#include "recreate.hpp"
#include "rng.hpp"
#include "ruin.hpp"

namespace kernel {

// When a search ends, and with it how fast it cools; whichever limit comes first counts.
struct Budget {
    std::optional<std::int64_t> iterations;
    std::optional<double> seconds;
    Clock::time_point begin = Clock::now();

    double elapsed_s() const {
        return std::chrono::duration<double>(Clock::now() - begin).count();
    }
    // When the seconds are over.
    Clock::time_point end() const {
        if (!seconds || *seconds > 1e9) return Clock::time_point::max();
        return begin + std::chrono::duration_cast<Clock::duration>(
                           std::chrono::duration<double>(*seconds));
    }
    // Share used up, 0 .. 1.
    double used(std::int64_t done) const;
};

// Until when a search runs: to a moment, or to a signal from another thread.
struct Pause {
    Clock::time_point moment;
    const std::atomic<bool>* signal = nullptr;

    bool due() const {
        return (signal != nullptr && signal->load(std::memory_order_relaxed)) ||
               Clock::now() >= moment;
    }
};

struct Temperatures {
    double hot = 1.0;
    double cold = 0.01;

    double at(double used) const;
};

class Search {
public:
    Search(const Problem& problem, std::uint64_t seed);

    // Starts from these visits as far as they can be kept; the rest becomes absent.
    void start(const RouteNodes& routes);

    // Inserts absent stops greedily until `until`, without annealing, those that close first
    // first; true once each has had its turn. What is left out comes in with the search.
    bool construct(Clock::time_point until);

    // Begins anew from these visits as far as they can be kept, the rest inserted greedily where it
    // fits. Iterations count from here on for the budget of `run`.
    void begin(const RouteNodes& routes);

    // Limits the search to part of the plan, which it takes over from `routes`.
    void take_share(Share share, const RouteNodes& routes);

    // Searches until `pause` or the end of the budget; true where the budget has ended.
    bool run(const Budget& budget, const Temperatures& temperatures, const Pause& pause);

    // Temperatures fit for the present plan.
    Temperatures temperatures() const;

    const Plan& plan() const { return plan_; }
    RouteNodes routes() const;
    const RouteNodes& best_routes() const { return best_routes_; }
    std::int64_t best_cost() const { return best_cost_; }
    int best_absent() const { return best_absent_; }
    std::int64_t iterations() const { return iterations_; }
    // Iterations since `begin`.
    std::int64_t done() const { return iterations_ - begun_; }
    double temperature() const { return temperature_; }

    // Forgets the best plan so far in favour of the present one.
    void restart_best();

private:
    void iterate();
    bool ruin_and_recreate(std::int64_t limit);
    bool accepts(double worse);
    bool rescues(std::int64_t gained) const;
    std::int64_t absences(const std::vector<std::int32_t>& stops) const;
    void keep();
    void remember_if_best();
    void begin_construction();
    void build_route(int index, const std::vector<std::int32_t>& wanted);

    const Problem* problem_;
    Plan plan_;
    Judge judge_;
    Ruin ruin_;
    Recreate recreate_;
    Exchange exchange_;
    Rng rng_;
    Share share_;
    double temperature_ = 1.0;
    std::int64_t iterations_ = 0;
    std::int64_t begun_ = 0;
    std::int64_t cost_ = 0;          // of the plan last kept
    std::int64_t absent_price_ = 0;  // of the plan last kept
    std::vector<std::int32_t> kept_absent_;
    std::vector<std::uint32_t> absence_counts_;  // per stop: iterations that left it out
    RouteNodes best_routes_;
    std::int64_t best_cost_ = 0;
    int best_absent_ = 0;
    std::vector<int> dirty_;  // routes changed since the best plan was noted
    std::vector<std::uint8_t> is_dirty_;
    bool constructing_ = false;
    std::vector<std::int32_t> waiting_;  // for their turn in the first plan
    std::size_t next_waiting_ = 0;
    std::vector<std::int32_t> stops_;  // scratch: to be inserted
    std::vector<std::int32_t> met_;
};

}  // namespace kernel
