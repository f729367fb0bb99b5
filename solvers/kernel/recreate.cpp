#include "recreate.hpp"

#include <algorithm>
#include <cmath>

namespace kernel {

namespace {

constexpr double kBlinkChance = 0.01;
constexpr double kRareFirst = 0.7;  // chance of that order where it is asked for
constexpr std::int64_t kMostClosing = (std::int64_t{1} << 39) - 1;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

Recreate::Recreate(const Problem& problem)
    : problem_(&problem),
      far_(problem.stops.size(), 0),
      demand_(problem.stops.size(), 0),
      able_(problem.stops.size(), 0),
      shortest_(problem.stops.size(), 0),
      seen_(problem.stops.size(), 0) {
    const auto width = static_cast<std::size_t>(problem.dimensions);
    std::vector<std::int64_t> most(width, 1);
    for (const Vehicle& vehicle : problem.vehicles)
        for (std::size_t d = 0; d < width; ++d) most[d] = std::max(most[d], vehicle.capacity[d]);
    for (const Vehicle& vehicle : problem.vehicles)
        rates_.push_back({vehicle.cost_per_drive_s, vehicle.cost_per_m, vehicle.profile,
                          !vehicle.exact_only && !vehicle.timed,
                          problem.travel_of(vehicle).constant()});
    for (const std::int64_t setup_s : problem.setup_s)
        longest_setup_s_ = std::max(longest_setup_s_, setup_s);
    for (std::size_t stop = 0; stop < problem.stops.size(); ++stop) {
        const auto amounts = problem.load(static_cast<std::int32_t>(stop));
        for (std::size_t d = 0; d < width; ++d)
            demand_[stop] += static_cast<std::int64_t>(1e6 * static_cast<double>(amounts[d]) /
                                                       static_cast<double>(most[d]));
        const auto first = problem.service_s.begin() +
                           static_cast<std::ptrdiff_t>(stop * at(problem.classes));
        shortest_[stop] = *std::min_element(first, first + problem.classes);
        for (int index = 0; index < static_cast<int>(problem.vehicles.size()); ++index)
            able_[stop] += problem.may_serve(static_cast<std::int32_t>(stop), index) ? 1 : 0;
        if (problem.near_groups[stop].empty()) continue;
        far_[stop] = problem.near_groups[stop].front().leg.s;
    }
}

bool Recreate::apply(Plan& plan, const Share& share, Judge& judge, Rng& rng,
                     double temperature, double thorough, std::int64_t limit, bool rare_first,
                     std::vector<std::int32_t>& stops) {
    sort(rng, rare_first, stops);
    std::int64_t left_out = 0;
    for (const std::int32_t stop : stops) {
        const Stop& added = problem_->stop(stop);
        // What is inserted later hardly ever makes the plan cheaper.
        const std::int64_t spent = plan.routes_cost() + left_out;
        best_.delta = limit == kNoCost ? kNoCost : std::max<std::int64_t>(limit - spent, 0) + 1;
        best_.route = -1;
        dear_ = false;
        find(plan, share, judge, rng, stop, false, best_);
        if (best_.route < 0 && (limit == kNoCost || !dear_) && rng.unit() < thorough)
            find(plan, share, judge, rng, stop, true, best_);
        if (best_.route < 0 || left_out_instead(added, temperature, rng)) {
            left_out += added.price;
            if (limit != kNoCost && spent + added.price > limit) return false;
            continue;
        }
        if (best_.nodes.empty())
            plan.insert(best_.route, best_.slot, stop);
        else
            plan.assign(best_.route, best_.nodes);
    }
    tidy(plan, judge);
    return true;
}

bool Recreate::left_out_instead(const Stop& stop, double temperature, Rng& rng) const {
    if (stop.required || best_.delta < stop.price) return false;
    const auto loss = static_cast<double>(best_.delta - stop.price);
    return loss >= -temperature * std::log(rng.positive_unit());
}

void Recreate::find(Plan& plan, const Share& share, Judge& judge, Rng& rng, std::int32_t stop,
                    bool everywhere, Placing& best) {
    if (!everywhere) {
        find_near(plan, judge, rng, stop, best);
    } else {
        for (int index = 0; index < plan.route_count(); ++index)
            if (share.routes[at(index)] && !plan.route(index).empty())
                judge.consider_all(plan.route(index), stop, best);
    }
    find_heads(plan, share, judge, stop, best);
}

void Recreate::find_near(Plan& plan, Judge& judge, Rng& rng, std::int32_t stop, Placing& best) {
    ++search_;
    find_behind(plan, judge, rng, stop, best);
    find_before(plan, judge, rng, stop, best);
}

void Recreate::find_behind(Plan& plan, Judge& judge, Rng& rng, std::int32_t stop,
                           Placing& best) {
    const auto profiles = problem_->travel.size();
    const Stop& added = problem_->stop(stop);
    const std::int64_t busy_s = shortest_[at(stop)];
    // At an address of its own a stop may save what follows its set-up.
    const std::int64_t spare_s = added.address < 0 ? 0 : longest_setup_s_;
    const auto& near = problem_->near_after[at(stop)];
    const std::size_t count = near.stops.size();
    open_gaps_.resize(std::max(open_gaps_.size(), count));
    // Without a branch, as most gaps are refused for one reason or another.
    std::size_t open = 0;
    bool dear = false;
    for (std::size_t place = 0; place < count; ++place) {
        const std::int32_t other = near.stops[place];
        const Gap& gap = plan.gap(other);
        seen_[at(other)] = search_;
        const Rates& rates = rates_[at(std::max(gap.route, 0))];
        const Arc& arc = near.legs[place * profiles + at(rates.profile)];
        const std::int64_t added_cost = rates.per_s * arc.s + rates.per_m * arc.m - gap.next_leg_cost;
        const bool in_time =
            (gap.depart_s <= added.close_s) & (gap.depart_s != Gap::kShut) &
            (std::max<std::int64_t>(gap.depart_s, added.open_s) + busy_s <=
             gap.next_latest_s + spare_s);
        const bool cheap = !rates.bounded | (added_cost < best.delta);
        dear |= in_time & !cheap;
        open_gaps_[open] = static_cast<std::uint16_t>(place);
        open += static_cast<std::size_t>(in_time & cheap);
    }
    for (std::size_t draw = 0; draw < open; ++draw) {
        const Gap& gap = plan.gap(near.stops[open_gaps_[draw]]);
        problem_->travel[at(rates_[at(gap.route)].profile)]->prefetch(added.location,
                                                                     gap.next_location);
    }
    dear_ = dear_ || dear || open > 0;
    for (std::size_t draw = 0; draw < open; ++draw) {
        if (blinks(rng)) continue;
        const std::size_t place = open_gaps_[draw];
        const Gap& gap = plan.gap(near.stops[place]);
        const Rates& rates = rates_[at(gap.route)];
        if (!rates.known) {
            consider(plan.route(gap.route), judge, gap.slot + 1, stop, best, nullptr, nullptr);
            continue;
        }
        const Leg to = leg_of(near.legs[place * profiles + at(rates.profile)]);
        const std::int64_t added_cost =
            rates.per_s * to.s + rates.per_m * to.m - gap.next_leg_cost;
        if (rates.bounded && added_cost >= best.delta) continue;
        const std::int64_t arrival_s = gap.depart_s + to.s;
        if (!to.reachable || arrival_s > added.close_s) continue;
        const std::int64_t end_s = std::max(arrival_s, added.open_s) + busy_s;
        if (end_s > gap.next_latest_s + spare_s) continue;
        const Leg from = problem_->travel[at(rates.profile)]->leg(added.location, gap.next_location, 0);
        if (!from.reachable || end_s + from.s > gap.next_latest_s + spare_s) continue;
        if (rates.bounded && added_cost + rates.per_s * from.s + rates.per_m * from.m >= best.delta)
            continue;
        consider(plan.route(gap.route), judge, gap.slot + 1, stop, best, &to, &from);
    }
}

void Recreate::find_before(Plan& plan, Judge& judge, Rng& rng, std::int32_t stop,
                           Placing& best) {
    const auto profiles = problem_->travel.size();
    const Stop& added = problem_->stop(stop);
    const std::int64_t busy_s = shortest_[at(stop)];
    const std::int64_t spare_s = added.address < 0 ? 0 : longest_setup_s_;
    const auto& near = problem_->near_before[at(stop)];
    const std::size_t count = near.stops.size();
    open_gaps_.resize(std::max(open_gaps_.size(), count));
    std::size_t open = 0;
    bool dear = false;
    for (std::size_t place = 0; place < count; ++place) {
        const Gap& next = plan.gap(near.stops[place]);
        const bool heads = next.previous == Gap::kNothing;
        const std::int32_t previous = std::max(next.previous, 0);
        const Gap& gap = plan.gap(previous);
        const Rates& rates = rates_[at(std::max(next.route, 0))];
        const Arc& arc = near.legs[place * profiles + at(rates.profile)];
        const std::int64_t added_cost =
            rates.per_s * arc.s + rates.per_m * arc.m - gap.next_leg_cost;
        const bool in_time =
            (gap.depart_s <= added.close_s) & (gap.depart_s != Gap::kShut) &
            (std::max<std::int64_t>(gap.depart_s, added.open_s) + busy_s <=
             gap.next_latest_s + spare_s);
        const bool cheap = !rates.bounded | (added_cost < best.delta);
        const bool unseen = seen_[at(previous)] != search_;
        dear |= (next.route >= 0) & in_time & !cheap;
        open_gaps_[open] = static_cast<std::uint16_t>(place);
        open += static_cast<std::size_t>((next.route >= 0) & (heads | (unseen & in_time & cheap)));
    }
    for (std::size_t draw = 0; draw < open; ++draw) {
        const Gap& next = plan.gap(near.stops[open_gaps_[draw]]);
        if (next.previous == Gap::kNothing) continue;
        problem_->travel[at(rates_[at(next.route)].profile)]->prefetch(
            problem_->stop(next.previous).location, added.location);
    }
    dear_ = dear_ || dear || open > 0;
    for (std::size_t draw = 0; draw < open; ++draw) {
        if (blinks(rng)) continue;
        const std::size_t place = open_gaps_[draw];
        const Gap& next = plan.gap(near.stops[place]);
        const Rates& rates = rates_[at(next.route)];
        if (!rates.known) {
            consider(plan.route(next.route), judge, next.slot, stop, best, nullptr, nullptr);
            continue;
        }
        const Leg from = leg_of(near.legs[place * profiles + at(rates.profile)]);
        if (next.previous == Gap::kNothing) {
            if (next.depart_s != Gap::kShut)
                consider(plan.route(next.route), judge, next.slot, stop, best, nullptr, &from);
            continue;
        }
        const Gap& gap = plan.gap(next.previous);
        const std::int64_t added_cost =
            rates.per_s * from.s + rates.per_m * from.m - gap.next_leg_cost;
        if (!from.reachable || (rates.bounded && added_cost >= best.delta)) continue;
        const Leg to = problem_->travel[at(rates.profile)]->leg(
            problem_->stop(next.previous).location, added.location, 0);
        const std::int64_t arrival_s = gap.depart_s + to.s;
        if (!to.reachable || arrival_s > added.close_s ||
            std::max(arrival_s, added.open_s) + busy_s + from.s > gap.next_latest_s + spare_s)
            continue;
        if (rates.bounded && added_cost + rates.per_s * to.s + rates.per_m * to.m >= best.delta)
            continue;
        consider(plan.route(next.route), judge, next.slot, stop, best, &to, &from);
    }
}

void Recreate::consider(const Route& route, Judge& judge, int slot, std::int32_t stop,
                        Placing& best, const Leg* to, const Leg* from) {
    if (slot <= route.fixed || !problem_->may_serve(stop, route.vehicle)) return;
    judge.consider(route, slot, stop, problem_->serving_price(stop, route.vehicle), best, to,
                   from);
}

void Recreate::find_heads(Plan& plan, const Share& share, Judge& judge, std::int32_t stop,
                          Placing& best) {
    for (const auto& [group, leg] : problem_->near_groups[at(stop)]) {
        const auto& members = problem_->groups[at(group)];
        int index = members.front();
        if (members.size() > 1) index = plan.idle_vehicle(group, share.routes);
        if (index < 0 || !share.routes[at(index)] || !problem_->may_serve(stop, index)) continue;
        const Route& route = plan.route(index);
        judge.consider(route, route.fixed + 1, stop, problem_->serving_price(stop, index), best,
                       route.fixed == 0 ? &leg : nullptr);
    }
}

void Recreate::tidy(Plan& plan, Judge& judge) {
    for (std::size_t place = 0; place < plan.changed().size(); ++place) {
        const int index = plan.changed()[place];
        const Vehicle& vehicle = problem_->vehicle(index);
        if (!vehicle.rests && vehicle.hubs.empty()) continue;
        if (judge.tidied(plan.route(index), nodes_)) plan.assign(index, nodes_);
    }
}

void Recreate::sort(Rng& rng, bool rare_first, std::vector<std::int32_t>& stops) {
    enum class Order { kRandom, kDemand, kFar, kClose, kLength, kOpening, kClosing, kPrice, kRare };
    // Weights of the paper, its orders by time window included; and one for prices.
    static constexpr Order kDraw[] = {
        Order::kRandom,  Order::kRandom,  Order::kRandom,  Order::kRandom,  Order::kDemand,
        Order::kDemand,  Order::kDemand,  Order::kDemand,  Order::kFar,     Order::kFar,
        Order::kClose,   Order::kLength,  Order::kLength,  Order::kOpening, Order::kOpening,
        Order::kClosing, Order::kClosing, Order::kPrice};
    Order order = kDraw[rng.below(static_cast<int>(std::size(kDraw)))];
    if (rare_first && rng.unit() < kRareFirst) order = Order::kRare;
    const bool by_closing = rng.unit() < 0.5;  // among those equally rare
    keyed_.clear();
    for (const std::int32_t stop : stops) {
        const Stop& one = problem_->stop(stop);
        const bool bounded = !one.windows.empty();
        const std::int64_t opening = bounded ? one.windows.front().start_s : -kNever;
        const std::int64_t closing = bounded ? one.windows.back().end_s : kNever;
        std::int64_t key = 0;
        switch (order) {
            case Order::kRandom: key = static_cast<std::int64_t>(rng.next() >> 1); break;
            case Order::kDemand: key = -demand_[at(stop)]; break;
            case Order::kFar: key = -far_[at(stop)]; break;
            case Order::kClose: key = far_[at(stop)]; break;
            case Order::kLength: key = closing - opening; break;
            case Order::kOpening: key = opening; break;
            case Order::kClosing: key = -closing; break;
            case Order::kPrice: key = -one.price; break;
            case Order::kRare:
                key = (able_[at(stop)] << 40) +
                      (by_closing ? std::clamp<std::int64_t>(closing, 0, kMostClosing)
                                  : static_cast<std::int64_t>(rng.next() >> 25));
                break;
        }
        keyed_.emplace_back(key, stop);
    }
    std::sort(keyed_.begin(), keyed_.end());
    for (std::size_t place = 0; place < stops.size(); ++place) stops[place] = keyed_[place].second;
}

bool Recreate::blinks(Rng& rng) {
    if (until_blink_-- > 0) return false;
    until_blink_ = rng.failures_before_success(kBlinkChance);
    return true;
}

}  // namespace kernel
