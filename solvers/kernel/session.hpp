// A plan that lives: the problem changes under it, searches go on from it, queries read it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "problem.hpp"
#include "quotes.hpp"
#include "search.hpp"
#include "team.hpp"

namespace kernel {

// One visit as planned.
struct Planned {
    std::int32_t node = -1;
    std::int64_t arrival_s = 0;
    std::int64_t start_s = 0;
    std::int64_t end_s = 0;
};

// A route as planned.
struct PlannedRoute {
    std::int64_t leave_s = 0;
    std::int64_t end_s = 0;
    std::vector<Planned> visits;
};

// What the previous plan says of a stop.
struct Told {
    std::int32_t stop = -1;
    std::int32_t vehicle = -1;     // -1: none
    std::int64_t start_s = kNever;  // kNever: none
};

// What a vehicle has done by the end of its first visits.
struct Done {
    std::int32_t location = -1;
    std::int64_t leave_s = 0;  // of the start place
    std::int64_t end_s = 0;    // of the last visit
    std::int64_t rest_s = 0;
    std::int64_t drive_s = 0;
    std::int64_t distance_m = 0;
    std::int64_t stops = 0;
    std::vector<std::int64_t> load;
};

// Changes come in any number and are brought into the plan by `settle`; between the two nothing
// else may be called. Each change is checked before it is made and throws std::invalid_argument,
// with nothing changed, where a value is out of range.
class Session {
public:
    // Takes over `problem`, which nobody else may change.
    explicit Session(std::shared_ptr<Problem> problem);

    const Problem& problem() const { return *problem_; }

    // The new stop's index, which is the number of stops so far. Codes of hubs and of the break
    // rise by one.
    std::int32_t add_stop(NewStop stop);
    void change_stop(std::int32_t stop, NewStop changed);
    // The last stop takes the index of the one removed. No vehicle may be committed to it.
    void remove_stop(std::int32_t stop);
    void set_vehicle(int index, Vehicle vehicle, std::span<const std::int64_t> capacity,
                     std::span<const std::int64_t> initial_load);
    // The new vehicle's index, which is the number of vehicles so far. `fits` are the prices of
    // its serving a stop, by row, as in `add_fit`.
    int add_vehicle(Vehicle vehicle, std::span<const std::int64_t> capacity,
                    std::span<const std::int64_t> initial_load,
                    std::span<const std::int64_t> fits);
    // A row of prices of serving by vehicle, -1 - price where it may not; returns its index.
    std::int32_t add_fit(std::span<const std::int64_t> row);
    // All rows anew.
    void set_fits(std::vector<std::int64_t> rows);
    void set_prices(std::int64_t vehicle_change, std::int64_t time_change,
                    std::int64_t time_tolerance_s);
    void tell(std::span<const Told> told);

    // Replaces the visits of some vehicles.
    void set_routes(const ChangedRoutes& routes);

    // Makes the plan valid for the problem as it is now: committed visits first, then what can
    // be kept of each route; stops that fall out go where they cost least.
    void settle();
    // Puts every absent stop that fits, and is worth it, where it costs least.
    void place_absent();

    // Whether these visits are a valid route of the vehicle.
    bool is_valid(int index, const std::vector<std::int32_t>& nodes) {
        return valid(index, nodes);
    }

    const RouteNodes& routes() const { return routes_; }
    std::vector<std::int32_t> absent() const;
    Done done(int index, std::size_t visits) const;
    std::vector<PlannedRoute> schedule() const;
    // When the vehicle leaves its start place.
    std::int64_t leaves_s(int index) const;
    std::int64_t cost() const;

    // A search from the plan as it is; `heat` scales the temperature it begins with. What takes
    // long before it is left to `step`.
    void begin_search(std::uint64_t seed, int threads, Budget budget, double heat);
    // Searches for `seconds` and takes over what it found. True once the budget is used up or a
    // change has ended the search.
    bool step(double seconds);
    std::int64_t iterations() const { return team_ ? team_->iterations() : 0; }
    double temperature() const { return team_ ? team_->temperature() : 0.0; }

    std::vector<Offer> ask(const NewStop& stop, std::span<const Window> windows, int tries,
                           std::uint64_t seed, Probe* probe);

private:
    void write(std::size_t at, const NewStop& stop);
    NewStop read(std::size_t at) const;
    void shift_codes(std::int32_t from, std::int32_t by);
    void forget_neighbours(std::int32_t stop);
    void meet_neighbours(std::int32_t stop);
    void renew_short_lists();
    void head_with_committed();
    void mend(int index, std::vector<std::int32_t>& nodes);
    bool valid(int index, const std::vector<std::int32_t>& nodes);
    void place(std::vector<std::int32_t> stops);
    void changed();
    bool renew_groups(Clock::time_point until);

    std::shared_ptr<Problem> problem_;
    // Windows of stops that came or changed, by stop; null where the problem's own store holds them.
    std::vector<std::shared_ptr<const std::vector<Window>>> windows_;
    RouteNodes routes_;  // valid once settled
    mutable std::optional<std::int64_t> cost_;
    std::vector<std::uint8_t> groups_stale_;  // by stop: its nearest vehicles are to be found anew
    struct Wanted {
        std::uint64_t seed;
        int threads;
        Budget budget;
        double heat;
    };
    std::optional<Wanted> wanted_;  // the search to begin
    std::unique_ptr<Team> team_;
    std::unique_ptr<Quotes> quotes_;
    std::vector<std::int64_t> load_;
};

}  // namespace kernel
