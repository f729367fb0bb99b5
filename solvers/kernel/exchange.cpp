#include "exchange.hpp"

namespace kernel {

namespace {

constexpr double kStartChance = 0.2;  // of going on behind a start place

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

// An index below `count`, low ones more often.
std::size_t nearer(Rng& rng, std::size_t count) {
    const double draw = rng.unit();
    return static_cast<std::size_t>(draw * draw * static_cast<double>(count));
}

}  // namespace

bool Exchange::apply(Plan& plan, const Share& share, Rng& rng, std::int64_t limit) {
    if (share.seeds.empty()) return false;
    const std::int32_t stop = share.seeds[at(rng.below(static_cast<int>(share.seeds.size())))];
    const Cut from{plan.route_of(stop), at(plan.slot_of(stop)) - 1};
    if (from.route < 0) return false;
    const Cut to = rng.unit() < kStartChance ? behind_start(plan, share, stop, rng)
                                             : behind_stop(plan, stop, rng);
    const auto movable = [&](const Cut& cut) {
        return cut.route >= 0 && share.routes[at(cut.route)] != 0 &&
               cut.kept >= static_cast<std::size_t>(plan.route(cut.route).fixed);
    };
    if (!movable(from) || !movable(to) || from.route == to.route) return false;
    if (!promises(plan, from, to, limit)) return false;
    exchange(plan, from, to);
    return plan.route(from.route).sums.valid && plan.route(to.route).sums.valid;
}

Exchange::Cut Exchange::behind_stop(const Plan& plan, std::int32_t stop, Rng& rng) const {
    const auto& near = problem_->near_after[at(stop)].stops;
    if (near.empty()) return {};
    const std::int32_t other = near[nearer(rng, near.size())];
    return {plan.route_of(other), at(std::max(plan.slot_of(other), 0))};
}

Exchange::Cut Exchange::behind_start(Plan& plan, const Share& share, std::int32_t stop,
                                     Rng& rng) const {
    const auto& near = problem_->near_groups[at(stop)];
    if (near.empty()) return {};
    const auto& members = problem_->groups[at(near[nearer(rng, near.size())].group)];
    const int index = members.size() == 1 ? members.front()
                                          : plan.idle_vehicle(problem_->vehicle(members.front()).group,
                                                              share.routes);
    return {index, index < 0 ? 0 : static_cast<std::size_t>(plan.route(index).fixed)};
}

// Whether times allow it, and for vehicles alike in their drives the cost too; the rest is for the
// replay to say.
bool Exchange::promises(const Plan& plan, Cut from, Cut to, std::int64_t limit) const {
    const Vehicle& by = problem_->vehicle(from.route);
    const Vehicle& other = problem_->vehicle(to.route);
    if (by.profile != other.profile || by.vehicle_class != other.vehicle_class ||
        by.exact_only || other.exact_only)
        return true;
    const Travel& travel = problem_->travel_of(by);
    std::int64_t added = 0;
    const auto joins = [&](const Cut& head, const Cut& tail) {
        const Slot& before = plan.route(head.route).slots[head.kept];
        const Slot& after = plan.route(tail.route).slots[tail.kept + 1];
        const Vehicle& driver = problem_->vehicle(head.route);
        const Leg leg = travel.leg(before.location, after.location, 0);
        if (!leg.reachable || before.depart_s + leg.s > after.latest_s) return false;
        added += driver.cost_per_drive_s * (leg.s - after.leg_s) +
                 driver.cost_per_m * (leg.m - after.leg_m);
        return true;
    };
    const bool ends = problem_->vehicle(from.route).end != problem_->vehicle(to.route).end;
    if (ends) return true;
    if (!joins(to, from) || !joins(from, to)) return false;
    const bool alike = by.cost_per_drive_s == other.cost_per_drive_s &&
                       by.cost_per_m == other.cost_per_m && !by.timed && !other.timed &&
                       by.fixed_cost == 0 && other.fixed_cost == 0;
    return !alike || limit == kNoCost || plan.cost() + added <= limit;
}

void Exchange::exchange(Plan& plan, Cut from, Cut to) {
    const auto& giving = plan.route(from.route).nodes;
    const auto& taking = plan.route(to.route).nodes;
    const auto cut = [](const std::vector<std::int32_t>& nodes, std::size_t kept) {
        return nodes.begin() + static_cast<std::ptrdiff_t>(kept);
    };
    first_.assign(giving.begin(), cut(giving, from.kept));
    first_.insert(first_.end(), cut(taking, to.kept), taking.end());
    second_.assign(taking.begin(), cut(taking, to.kept));
    const std::size_t kept = second_.size();
    second_.insert(second_.end(), cut(giving, from.kept), giving.end());
    plan.assign(to.route, std::span(second_).first(kept));
    plan.assign(from.route, first_);
    plan.assign(to.route, second_);
}

}  // namespace kernel
