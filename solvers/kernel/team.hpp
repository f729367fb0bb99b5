// Several searches side by side, one a thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "exact.hpp"
#include "population.hpp"
#include "search.hpp"

namespace kernel {

// Up to some hundred stops they anneal the plans of a population one after another. Beyond, one
// thread is a plain search, and with more each searches its own share of the plan for a while; then
// the shares are joined and cut anew along another line.
class Team {
public:
    Team(const Problem& problem, std::uint64_t seed, int threads, Budget budget);
    ~Team() { pause(); }

    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    // Starts from these visits as far as they can be kept.
    void start(const RouteNodes& routes);

    // Scales the temperature the search begins with: less than 1 stays nearer to a good start.
    void set_heat(double heat) { heat_ = heat; }

    // Searches for `seconds`, or less where the budget ends; true once it has ended. Meanwhile, and
    // after it until `pause`, the other threads search too.
    bool step(double seconds);

    // Stops the other threads. Must come before anything below is asked.
    void pause();

    RouteNodes best_routes() const;
    std::int64_t best_cost() const;
    int best_absent() const;
    std::int64_t iterations() const;
    double temperature() const { return searches_.front()->temperature(); }
    double elapsed_s() const { return budget_.elapsed_s(); }

private:
    // With a handful of stops all routes are tried before the search, which may not be needed then.
    enum class Phase { kConstructing, kEnumerating, kSearching, kProven };

    void begin_search();
    void enumerate(Clock::time_point until);
    void search(Clock::time_point until);
    void note_first();
    void breed(Clock::time_point until);
    void live(std::size_t index, const Pause& pause);
    template <typename Work>
    void help(Work&& work);
    bool next_life(std::size_t index);
    void end_life(std::size_t index);
    double founder_life() const;
    void renew(double used);
    const Search* bred_best() const;
    void begin_round();
    void end_round();
    std::vector<Share> cut();
    bool finished() const;

    const Problem* problem_;
    Budget budget_;
    Rng rng_;
    std::vector<std::unique_ptr<Search>> searches_;
    std::vector<std::thread> helpers_;  // those at work with all searches but the first
    std::atomic<bool> paused_ = false;
    Temperatures temperatures_;
    double heat_ = 1.0;
    Phase phase_ = Phase::kConstructing;
    std::optional<Exact> exact_;
    struct Living {
        bool active = false;
        int generation = 0;  // of the population it belongs to
        Life life;
        Budget budget;
        Temperatures temperatures;
    };
    std::optional<Population> population_;  // where there are few stops
    std::vector<Living> living_;            // one entry per search
    bool founded_ = false;
    double begun_at_ = 0.0;  // share of the budget used up when the population was begun
    int generation_ = 0;     // of populations
    std::optional<std::pair<RouteNodes, std::int64_t>> champion_;  // of earlier populations
    bool met_champion_ = false;
    std::int64_t lived_ = 0;  // iterations of the lives that have ended
    std::mutex lock_;  // of the population and what belongs to it

    bool in_round_ = false;
    Clock::time_point round_end_;
    RouteNodes routes_;      // of the present plan at the beginning of the round
    std::int64_t cost_ = 0;  // its cost
    std::vector<std::uint8_t> owner_;  // per route: which search may change it in this round
    RouteNodes best_routes_;
    std::int64_t best_cost_ = 0;
    int best_absent_ = 0;
};

}  // namespace kernel
