#include "session.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "everywhere.hpp"
#include "walk.hpp"

namespace kernel {

namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

// Moves the last row of `width` values to `row` and drops the last.
void drop_row(std::vector<std::int64_t>& values, std::size_t row, int width) {
    const auto columns = static_cast<std::ptrdiff_t>(width);
    const auto to = static_cast<std::ptrdiff_t>(row) * columns;
    std::copy(values.end() - columns, values.end(), values.begin() + to);
    values.resize(values.size() - static_cast<std::size_t>(width));
}

}  // namespace

Session::Session(std::shared_ptr<Problem> problem)
    : problem_(std::move(problem)),
      windows_(problem_->stops.size()),
      routes_(problem_->vehicles.size()),
      groups_stale_(problem_->stops.size(), 0) {
    for (std::size_t index = 0; index < routes_.size(); ++index)
        routes_[index] = problem_->given[index].committed;
}

void Session::changed() {
    team_.reset();
    wanted_.reset();
    quotes_.reset();
    cost_.reset();
}

void Session::write(std::size_t row, const NewStop& stop) {
    const auto put = [&](std::vector<std::int64_t>& values, const std::vector<std::int64_t>& from) {
        std::copy(from.begin(), from.end(),
                  values.begin() + static_cast<std::ptrdiff_t>(row * from.size()));
    };
    windows_[row] = std::make_shared<const std::vector<Window>>(stop.windows);
    problem_->stops[row] = stop.stop;
    problem_->stops[row].windows = *windows_[row];
    put(problem_->service_s, stop.service_s);
    put(problem_->setup_s, stop.setup_s);
    put(problem_->loads, stop.loads);
}

NewStop Session::read(std::size_t row) const {
    const auto get = [&](const std::vector<std::int64_t>& values, int width) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(row) * width;
        return std::vector<std::int64_t>(first, first + width);
    };
    const Stop& stop = problem_->stops[row];
    return {stop,
            {stop.windows.begin(), stop.windows.end()},
            get(problem_->service_s, problem_->classes),
            get(problem_->setup_s, problem_->classes),
            get(problem_->loads, problem_->dimensions)};
}

std::int32_t Session::add_stop(NewStop stop) {
    Problem& problem = *problem_;
    const std::size_t row = problem.stops.size();
    const auto resize = [&](std::size_t count) {
        problem.stops.resize(count);
        windows_.resize(count);
        groups_stale_.resize(count, 1);
        problem.service_s.resize(count * at(problem.classes));
        problem.setup_s.resize(count * at(problem.classes));
        problem.loads.resize(count * at(problem.dimensions));
    };
    resize(row + 1);
    write(row, stop);
    try {
        problem.check_stop(row);
    } catch (...) {
        resize(row);
        throw;
    }
    changed();
    const auto added = static_cast<std::int32_t>(row);
    shift_codes(added, 1);
    problem.near_stops.emplace_back();
    problem.near_before.emplace_back();
    problem.near_after.emplace_back();
    problem.near_groups.emplace_back();
    meet_neighbours(added);
    return added;
}

void Session::change_stop(std::int32_t stop, NewStop changed_stop) {
    const NewStop before = read(at(stop));
    write(at(stop), changed_stop);
    try {
        problem_->check_stop(at(stop));
    } catch (...) {
        write(at(stop), before);
        throw;
    }
    changed();
    groups_stale_[at(stop)] = 1;
    const auto same = [](const Window& a, const Window& b) {
        return a.start_s == b.start_s && a.end_s == b.end_s;
    };
    if (before.stop.location == changed_stop.stop.location &&
        before.service_s == changed_stop.service_s &&
        std::ranges::equal(before.windows, changed_stop.windows, same))
        return;  // it has the same neighbours
    forget_neighbours(stop);
    meet_neighbours(stop);
}

void Session::remove_stop(std::int32_t stop) {
    Problem& problem = *problem_;
    for (const Vehicle& vehicle : problem.given)
        if (std::find(vehicle.committed.begin(), vehicle.committed.end(), stop) !=
            vehicle.committed.end())
            throw std::invalid_argument("stop " + std::to_string(stop) + ": it is committed");
    changed();
    forget_neighbours(stop);
    const std::int32_t last = problem.stop_count() - 1;
    for (auto& nodes : routes_) std::erase(nodes, stop);
    drop_row(problem.service_s, at(stop), problem.classes);
    drop_row(problem.setup_s, at(stop), problem.classes);
    drop_row(problem.loads, at(stop), problem.dimensions);
    const auto move_last = [&](auto& list) {
        if (stop != last) list[at(stop)] = std::move(list.back());
        list.pop_back();
    };
    move_last(problem.stops);
    move_last(windows_);
    move_last(groups_stale_);
    move_last(problem.near_stops);
    move_last(problem.near_before);
    move_last(problem.near_after);
    move_last(problem.near_groups);
    const auto rename = [&](std::vector<std::int32_t>& list) {
        std::replace(list.begin(), list.end(), last, stop);
    };
    for (auto& list : problem.near_stops) rename(list);
    for (auto& list : problem.near_before) rename(list.stops);
    for (auto& list : problem.near_after) rename(list.stops);
    for (auto& nodes : routes_) rename(nodes);
    for (Vehicle& vehicle : problem.given) rename(vehicle.committed);
    shift_codes(last + 1, -1);
    renew_short_lists();
}

void Session::set_vehicle(int index, Vehicle vehicle, std::span<const std::int64_t> capacity,
                          std::span<const std::int64_t> initial_load) {
    Problem& problem = *problem_;
    Vehicle& given = problem.given[at(index)];
    const Vehicle before = problem.vehicles[at(index)];
    vehicle.capacity = capacity;
    vehicle.initial_load = initial_load;
    problem.vehicles[at(index)] = vehicle;
    try {
        problem.check_vehicle(at(index));
    } catch (...) {
        problem.vehicles[at(index)] = before;
        throw;
    }
    changed();
    // The given spans point into the problem's own store, which takes the new values.
    const auto store = [&](std::span<const std::int64_t> to, std::span<const std::int64_t> from) {
        std::copy(from.begin(), from.end(),
                  problem.amounts.begin() + (to.data() - problem.amounts.data()));
    };
    store(given.capacity, capacity);
    store(given.initial_load, initial_load);
    vehicle.capacity = given.capacity;
    vehicle.initial_load = given.initial_load;
    problem.vehicles[at(index)] = vehicle;
    groups_stale_.assign(problem.stops.size(), 1);
    given = std::move(vehicle);
}

void Session::shift_codes(std::int32_t from, std::int32_t by) {
    const auto shift = [&](std::vector<std::int32_t>& nodes) {
        for (std::int32_t& node : nodes)
            if (node >= from) node += by;
    };
    for (auto& nodes : routes_) shift(nodes);
    for (Vehicle& vehicle : problem_->given) shift(vehicle.committed);
}

std::vector<std::int32_t> Session::absent() const {
    std::vector<std::uint8_t> present(problem_->stops.size(), 0);
    for (const auto& nodes : routes_)
        for (const std::int32_t node : nodes)
            if (problem_->is_stop(node)) present[at(node)] = 1;
    std::vector<std::int32_t> absent;
    for (std::int32_t stop = 0; stop < problem_->stop_count(); ++stop)
        if (!present[at(stop)]) absent.push_back(stop);
    return absent;
}

std::int64_t Session::cost() const {
    if (cost_) return *cost_;
    std::vector<std::int64_t> load;
    std::int64_t cost = 0;
    for (std::size_t index = 0; index < routes_.size(); ++index)
        cost += walk<true>(*problem_, static_cast<int>(index), routes_[index], load,
                           [](const Step&) {})
                    .cost;
    for (const std::int32_t stop : absent()) cost += problem_->stop(stop).price;
    cost_ = cost;
    return cost;
}

Done Session::done(int index, std::size_t visits) const {
    const auto& nodes = routes_[at(index)];
    const Vehicle& vehicle = problem_->vehicle(index);
    Done done;
    done.location = vehicle.start;
    std::int64_t depart_s = vehicle.available_s;
    const Walked walked = walk<true>(
        *problem_, index, std::span(nodes).first(std::min(visits, nodes.size())), done.load,
        [&](const Step& step) {
            done.end_s = step.end_s;
            done.location = step.location;
            depart_s = step.depart_s;
        });
    const Leg home = problem_->travel_of(vehicle).leg(done.location, vehicle.end, depart_s);
    done.leave_s = walked.leave_s;
    done.rest_s = walked.rest_s;
    done.drive_s = walked.drive_s - home.s;
    done.distance_m = walked.distance_m - home.m;
    done.stops = walked.stops;
    return done;
}

std::int64_t Session::leaves_s(int index) const {
    std::vector<std::int64_t> load;
    return walk<true>(*problem_, index, routes_[at(index)], load, [](const Step&) {}).leave_s;
}

namespace {

// The walk leaves as early as it may; what comes up to the first arrival is shifted to the real
// departure.
void leave_late(const Problem& problem, const Vehicle& vehicle,
                const std::vector<std::int32_t>& locations, PlannedRoute& route) {
    bool resting = false;
    for (std::size_t place = 0; place < route.visits.size(); ++place) {
        Planned& visit = route.visits[place];
        if (!problem.is_break(visit.node)) {
            const Leg leg =
                problem.travel_of(vehicle).leg(vehicle.start, locations[place], route.leave_s);
            visit.arrival_s = arrival_after(route.leave_s, leg.s, vehicle, resting);
            return;
        }
        visit.arrival_s = visit.start_s =
            vehicle.rests ? std::max(route.leave_s, vehicle.rest_window.start_s) : route.leave_s;
        visit.end_s = visit.start_s + vehicle.rest_s;
        resting = true;
    }
}

}  // namespace

std::vector<PlannedRoute> Session::schedule() const {
    std::vector<std::int64_t> load;
    std::vector<PlannedRoute> planned(routes_.size());
    for (std::size_t index = 0; index < routes_.size(); ++index) {
        PlannedRoute& route = planned[index];
        std::vector<std::int32_t> locations;
        const Walked walked =
            walk<true>(*problem_, static_cast<int>(index), routes_[index], load,
                       [&](const Step& step) {
                           locations.push_back(step.location);
                           route.visits.push_back(
                               {step.node, step.arrival_s, step.start_s, step.end_s});
                       });
        route.leave_s = walked.leave_s;
        route.end_s = walked.end_s;
        leave_late(*problem_, problem_->vehicle(static_cast<int>(index)), locations, route);
    }
    return planned;
}

void Session::begin_search(std::uint64_t seed, int threads, Budget budget, double heat) {
    team_.reset();
    wanted_ = Wanted{seed, threads, budget, heat};
}

// Finds the nearest vehicles of the stops that need it; false if there was no time for all.
bool Session::renew_groups(Clock::time_point until) {
    for (std::int32_t stop = 0; stop < problem_->stop_count(); ++stop) {
        if (!groups_stale_[at(stop)]) continue;
        if (Clock::now() >= until) return false;
        problem_->find_near_groups_of(stop);
        groups_stale_[at(stop)] = 0;
    }
    return true;
}

bool Session::step(double seconds) {
    if (wanted_) {
        const auto length = std::chrono::duration<double>(std::max(seconds, 0.0));
        if (!renew_groups(Clock::now() + std::chrono::duration_cast<Clock::duration>(length)))
            return false;
        team_ = std::make_unique<Team>(*problem_, wanted_->seed, wanted_->threads, wanted_->budget);
        team_->start(routes_);
        team_->set_heat(wanted_->heat);
        wanted_.reset();
        return false;
    }
    if (!team_) return true;
    const bool finished = team_->step(seconds);
    team_->pause();
    if (team_->best_cost() < cost()) {
        routes_ = team_->best_routes();
        cost_ = team_->best_cost();
        quotes_.reset();
    }
    return finished;
}

std::vector<Offer> Session::ask(const NewStop& stop, std::span<const Window> windows, int tries,
                                std::uint64_t seed, Probe* probe) {
    if (!quotes_) quotes_ = std::make_unique<Quotes>(*problem_, routes_);
    return quotes_->ask(stop, windows, tries, seed, probe);
}

}  // namespace kernel
