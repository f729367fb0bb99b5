#include "plan.hpp"

#include <algorithm>

namespace kernel {

namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

Plan::Plan(const Problem& problem)
    : problem_(&problem),
      routes_(problem.vehicles.size()),
      spots_(problem.stops.size()),
      absent_at_(problem.stops.size(), -1),
      first_idle_(problem.groups.size(), 0),
      is_saved_(problem.vehicles.size(), 0) {
    for (int stop = 0; stop < problem.stop_count(); ++stop) mark_absent(stop);
    for (int index = 0; index < route_count(); ++index) {
        Route& route = routes_[at(index)];
        route.vehicle = index;
        route.nodes = problem.vehicle(index).committed;
        route.rebuild(problem, load_);
        routes_cost_ += route.sums.cost;
        index_route(index);
    }
    keep();
}

int Plan::idle_vehicle(int group, const std::vector<std::uint8_t>& allowed) {
    const auto& members = problem_->groups[at(group)];
    int& first = first_idle_[at(group)];
    while (at(first) < members.size() &&
           (!allowed[at(members[at(first)])] || !route(members[at(first)]).empty()))
        ++first;
    return at(first) < members.size() ? members[at(first)] : -1;
}

void Plan::forget_idle() { std::fill(first_idle_.begin(), first_idle_.end(), 0); }

void Plan::insert(int index, int slot, std::int32_t stop) {
    save(index);
    Route& route = routes_[at(index)];
    routes_cost_ -= route.sums.cost;
    route.insert(*problem_, slot, stop, load_);
    routes_cost_ += route.sums.cost;
    mark_present(stop);
    note_spots(index);
}

void Plan::assign(int index, std::span<const std::int32_t> nodes) {
    save(index);
    Route& route = routes_[at(index)];
    for (const std::int32_t node : route.nodes)
        if (problem_->is_stop(node)) mark_absent(node);
    routes_cost_ -= route.sums.cost;
    route.replace(*problem_, nodes, load_);
    routes_cost_ += route.sums.cost;
    index_route(index);
    if (route.empty()) first_idle_[at(problem_->vehicle(index).group)] = 0;
}

void Plan::take_back() {
    for (const int index : changed_)
        for (const std::int32_t node : routes_[at(index)].nodes)
            if (problem_->is_stop(node)) spots_[at(node)].route = -1;
    for (const std::int32_t stop : absent_) absent_at_[at(stop)] = -1;
    absent_ = saved_absent_;
    for (std::size_t place = 0; place < absent_.size(); ++place) {
        absent_at_[at(absent_[place])] = static_cast<std::int32_t>(place);
        spots_[at(absent_[place])].route = -1;
    }
    routes_cost_ = saved_routes_cost_;
    absent_price_ = saved_absent_price_;
    for (std::size_t place = 0; place < changed_.size(); ++place) {
        Route& route = routes_[at(changed_[place])];
        std::swap(route, saved_[place]);
        note_spots(changed_[place]);
        if (route.empty()) first_idle_[at(problem_->vehicle(changed_[place]).group)] = 0;
        is_saved_[at(changed_[place])] = 0;
    }
    changed_.clear();
}

void Plan::keep() {
    for (const int index : changed_) is_saved_[at(index)] = 0;
    changed_.clear();
    saved_absent_ = absent_;
    saved_routes_cost_ = routes_cost_;
    saved_absent_price_ = absent_price_;
}

void Plan::copy_from(const Plan& other) {
    for (int index = 0; index < route_count(); ++index)
        if (route(index).nodes != other.route(index).nodes) assign(index, {});
    for (int index = 0; index < route_count(); ++index)
        if (route(index).nodes != other.route(index).nodes) assign(index, other.route(index).nodes);
    keep();
}

void Plan::save(int index) {
    if (is_saved_[at(index)]) return;
    is_saved_[at(index)] = 1;
    changed_.push_back(index);
    if (saved_.size() < changed_.size()) saved_.emplace_back();
    saved_[changed_.size() - 1] = routes_[at(index)];
}

void Plan::index_route(int index) {
    for (const std::int32_t node : routes_[at(index)].nodes)
        if (problem_->is_stop(node)) mark_present(node);
    note_spots(index);
}

void Plan::note_spots(int index) {
    const auto& slots = routes_[at(index)].slots;
    for (std::size_t slot = 1; slot + 1 < slots.size(); ++slot) {
        const Slot& here = slots[slot];
        if (!problem_->is_stop(here.node)) continue;
        const Slot& next = slots[slot + 1];
        spots_[at(here.node)] = {.route = index,
                                 .slot = static_cast<std::int32_t>(slot),
                                 .depart_s = here.depart_s,
                                 .latest_s = here.latest_s,
                                 .next_latest_s = next.latest_s,
                                 .leg_s = here.leg_s,
                                 .leg_m = here.leg_m,
                                 .next_leg_s = next.leg_s,
                                 .next_leg_m = next.leg_m};
    }
}

void Plan::mark_absent(std::int32_t stop) {
    if (absent_at_[at(stop)] >= 0) return;
    absent_at_[at(stop)] = static_cast<std::int32_t>(absent_.size());
    absent_.push_back(stop);
    absent_price_ += problem_->stop(stop).price;
    spots_[at(stop)].route = -1;
}

void Plan::mark_present(std::int32_t stop) {
    const std::int32_t place = absent_at_[at(stop)];
    if (place < 0) return;
    absent_at_[at(absent_.back())] = place;
    absent_[at(place)] = absent_.back();
    absent_.pop_back();
    absent_at_[at(stop)] = -1;
    absent_price_ -= problem_->stop(stop).price;
}

}  // namespace kernel
