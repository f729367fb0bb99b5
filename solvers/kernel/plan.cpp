#include "plan.hpp"

#include <algorithm>

namespace kernel {

namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

std::int32_t saturated(std::int64_t value) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(std::clamp(value, -kMost, kMost));
}

}  // namespace

Plan::Plan(const Problem& problem)
    : problem_(&problem),
      routes_(problem.vehicles.size()),
      gaps_(problem.stops.size()),
      open_(problem.vehicles.size(), 1),
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
    note_gaps(index);
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
            if (problem_->is_stop(node)) gaps_[at(node)] = {};
    for (const std::int32_t stop : absent_) absent_at_[at(stop)] = -1;
    absent_ = saved_absent_;
    for (std::size_t place = 0; place < absent_.size(); ++place) {
        absent_at_[at(absent_[place])] = static_cast<std::int32_t>(place);
        gaps_[at(absent_[place])] = {};
    }
    routes_cost_ = saved_routes_cost_;
    absent_price_ = saved_absent_price_;
    for (std::size_t place = 0; place < changed_.size(); ++place) {
        Route& route = routes_[at(changed_[place])];
        std::swap(route, saved_[place]);
        note_gaps(changed_[place]);
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
    note_gaps(index);
}

void Plan::note_gaps(int index) {
    const Route& route = routes_[at(index)];
    const Vehicle& by = problem_->vehicle(index);
    const auto& slots = route.slots;
    for (std::size_t slot = 1; slot + 1 < slots.size(); ++slot) {
        const Slot& here = slots[slot];
        if (!problem_->is_stop(here.node)) continue;
        const Slot& next = slots[slot + 1];
        const std::int32_t previous = slots[slot - 1].node;
        Gap& gap = gaps_[at(here.node)];
        gap.route = index;
        gap.slot = static_cast<std::int32_t>(slot);
        gap.previous =
            previous >= 0 && problem_->is_stop(previous) ? previous : Gap::kNothing;
        gap.next_latest_s = saturated(next.latest_s);
        gap.next_location = next.location;
        gap.next_leg_s = saturated(next.leg_s);
        gap.next_leg_cost =
            saturated(by.cost_per_drive_s * next.leg_s + by.cost_per_m * next.leg_m);
        const bool shut = !open_[at(index)] || static_cast<int>(slot) < route.fixed;
        gap.depart_s = shut ? Gap::kShut : std::min(saturated(here.depart_s), Gap::kShut - 1);
    }
}

void Plan::open_only(std::span<const std::uint8_t> routes) {
    open_.assign(routes.begin(), routes.end());
    for (int index = 0; index < route_count(); ++index) note_gaps(index);
}

void Plan::mark_absent(std::int32_t stop) {
    if (absent_at_[at(stop)] >= 0) return;
    absent_at_[at(stop)] = static_cast<std::int32_t>(absent_.size());
    absent_.push_back(stop);
    absent_price_ += problem_->stop(stop).price;
    gaps_[at(stop)] = {};
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
