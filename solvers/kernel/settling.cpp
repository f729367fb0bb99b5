// The plan of a session brought in line with its changed problem.
#include <algorithm>
#include <tuple>

#include "everywhere.hpp"
#include "session.hpp"
#include "walk.hpp"

namespace kernel {

namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

constexpr std::size_t kFewNeighbours = 50;
constexpr std::size_t kMostNeighbours = 100;

void erase_from(Problem::Neighbours& list, std::int32_t stop, std::size_t profiles) {
    const auto found = std::find(list.stops.begin(), list.stops.end(), stop);
    if (found == list.stops.end()) return;
    const auto legs = list.legs.begin() + (found - list.stops.begin()) *
                                              static_cast<std::ptrdiff_t>(profiles);
    list.legs.erase(legs, legs + static_cast<std::ptrdiff_t>(profiles));
    list.stops.erase(found);
}

void add_to(Problem::Neighbours& list, std::size_t rank, std::int32_t stop,
            std::span<const Arc> legs) {
    rank = std::min(rank, list.stops.size());
    list.stops.insert(list.stops.begin() + static_cast<std::ptrdiff_t>(rank), stop);
    list.legs.insert(list.legs.begin() + static_cast<std::ptrdiff_t>(rank * legs.size()),
                     legs.begin(), legs.end());
    if (list.stops.size() <= kMostNeighbours / 2) return;
    list.stops.pop_back();
    list.legs.resize(list.stops.size() * legs.size());
}

}  // namespace

void Session::forget_neighbours(std::int32_t stop) {
    Problem& problem = *problem_;
    const std::size_t profiles = problem.travel.size();
    for (std::int32_t other = 0; other < problem.stop_count(); ++other) {
        std::erase(problem.near_stops[at(other)], stop);
        erase_from(problem.near_before[at(other)], stop, profiles);
        erase_from(problem.near_after[at(other)], stop, profiles);
    }
}

// Lists shrink as stops go; they are made anew before they are too short to be of use.
void Session::renew_short_lists() {
    Problem& problem = *problem_;
    const std::size_t few = std::min(kFewNeighbours, problem.stops.size() / 2);
    for (std::int32_t stop = 0; stop < problem.stop_count(); ++stop)
        if (problem.near_stops[at(stop)].size() < few) problem.find_neighbours_of(stop);
}

// Finds the stop's own neighbours and makes it one of theirs, at the rank they have with it.
void Session::meet_neighbours(std::int32_t stop) {
    Problem& problem = *problem_;
    problem.find_neighbours_of(stop);
    const std::size_t profiles = problem.travel.size();
    const auto& near = problem.near_stops[at(stop)];
    for (std::size_t rank = 0; rank < near.size(); ++rank) {
        auto& theirs = problem.near_stops[at(near[rank])];
        theirs.insert(theirs.begin() + static_cast<std::ptrdiff_t>(std::min(rank, theirs.size())),
                      stop);
        if (theirs.size() > kMostNeighbours) theirs.pop_back();
    }
    const auto link = [&](const Problem::Neighbours& mine, auto& lists) {
        for (std::size_t rank = 0; rank < mine.stops.size(); ++rank)
            add_to(lists[at(mine.stops[rank])], rank, stop,
                   {mine.legs.data() + rank * profiles, profiles});
    };
    link(problem.near_after[at(stop)], problem.near_before);
    link(problem.near_before[at(stop)], problem.near_after);
}

void Session::set_routes(const ChangedRoutes& routes) {
    changed();
    for (const auto& [index, nodes] : routes) routes_[at(index)] = nodes;
}

bool Session::valid(int index, const std::vector<std::int32_t>& nodes) {
    return nodes.empty() ||
           walk<false>(*problem_, index, nodes, load_, [](const Step&) {}).valid;
}

void Session::settle() {
    changed();
    std::vector<std::uint8_t> was_absent(problem_->stops.size(), 0);
    for (const std::int32_t stop : absent()) was_absent[at(stop)] = 1;
    const auto groups_before = std::move(problem_->groups);
    problem_->derive();
    if (problem_->groups != groups_before) groups_stale_.assign(problem_->stops.size(), 1);
    head_with_committed();
    for (std::size_t index = 0; index < routes_.size(); ++index)
        if (!valid(static_cast<int>(index), routes_[index]))
            mend(static_cast<int>(index), routes_[index]);
    std::vector<std::int32_t> lost = absent();
    std::erase_if(lost, [&](std::int32_t stop) { return was_absent[at(stop)] != 0; });
    place(std::move(lost));
}

void Session::place_absent() {
    changed();
    place(absent());
}

void Session::head_with_committed() {
    const Problem& problem = *problem_;
    std::vector<std::uint8_t> taken(problem.stops.size(), 0);
    for (const Vehicle& vehicle : problem.vehicles)
        for (const std::int32_t node : vehicle.committed)
            if (problem.is_stop(node)) taken[at(node)] = 1;
    for (std::size_t index = 0; index < routes_.size(); ++index) {
        const Vehicle& vehicle = problem.vehicles[index];
        const auto& committed = vehicle.committed;
        auto& nodes = routes_[index];
        const bool headed = nodes.size() >= committed.size() &&
                            std::equal(committed.begin(), committed.end(), nodes.begin());
        std::vector<std::int32_t> wanted = committed;
        bool rested = !vehicle.rests || std::find(committed.begin(), committed.end(),
                                                  problem.break_node()) != committed.end();
        for (std::size_t place = headed ? committed.size() : 0; place < nodes.size(); ++place) {
            const std::int32_t node = nodes[place];
            if (problem.is_stop(node)) {
                if (taken[at(node)]) continue;
                taken[at(node)] = 1;
            } else if (problem.is_break(node)) {
                if (rested) continue;
                rested = true;
            } else if (std::find(vehicle.hubs.begin(), vehicle.hubs.end(),
                                 node - problem.stop_count()) == vehicle.hubs.end()) {
                continue;
            }
            wanted.push_back(node);
        }
        nodes = std::move(wanted);
    }
}

void Session::mend(int index, std::vector<std::int32_t>& nodes) {
    Judge judge(*problem_);
    Route route;
    route.vehicle = index;
    const auto tidied = [&] {
        route.nodes = nodes;
        route.rebuild(*problem_, judge.load());
        std::vector<std::int32_t> better;
        if (judge.tidied(route, better)) nodes = std::move(better);
        return valid(index, nodes);
    };
    if (tidied()) return;
    const std::vector<std::int32_t> all = nodes;
    const Vehicle& vehicle = problem_->vehicle(index);
    nodes = vehicle.committed;
    tidied();
    for (std::size_t place = vehicle.committed.size(); place < all.size(); ++place) {
        if (!problem_->is_stop(all[place])) continue;
        // Behind what is kept so far, with the unloading that stood before it where needed.
        const std::vector<std::int32_t> kept = nodes;
        nodes.push_back(all[place]);
        if (tidied()) continue;
        nodes = kept;
        if (place == 0 || !problem_->is_hub(all[place - 1])) continue;
        nodes.push_back(all[place - 1]);
        nodes.push_back(all[place]);
        if (!tidied()) nodes = kept;
    }
}

void Session::place(std::vector<std::int32_t> stops) {
    if (stops.empty()) return;
    const auto order = [&](std::int32_t stop) {
        const Stop& one = problem_->stop(stop);
        return std::tuple(!one.required, one.close_s, stop);
    };
    std::sort(stops.begin(), stops.end(),
              [&](std::int32_t a, std::int32_t b) { return order(a) < order(b); });
    Judge judge(*problem_);
    std::vector<Route> routes(routes_.size());
    Everywhere everywhere(*problem_, routes);
    for (std::size_t index = 0; index < routes.size(); ++index) {
        routes[index].vehicle = static_cast<int>(index);
        routes[index].nodes = routes_[index];
        routes[index].rebuild(*problem_, judge.load());
    }
    everywhere.survey();
    for (const std::int32_t stop : stops) {
        Placing best;
        everywhere.find(stop, judge, nullptr, best);
        const Stop& added = problem_->stop(stop);
        if (!best.found() || (!added.required && best.delta >= added.price)) continue;
        Route& route = routes[at(best.route)];
        if (best.nodes.empty())
            route.nodes.insert(route.nodes.begin() + (best.slot - 1), stop);
        else
            route.nodes = best.nodes;
        route.rebuild(*problem_, judge.load());
        everywhere.set_changed(best.route, true);
        routes_[at(best.route)] = route.nodes;
    }
    cost_.reset();
}

}  // namespace kernel
