#include "recreate.hpp"

#include <algorithm>
#include <cmath>

namespace kernel {

namespace {

constexpr double kBlinkChance = 0.01;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

Recreate::Recreate(const Problem& problem)
    : problem_(&problem),
      far_(problem.stops.size(), 0),
      demand_(problem.stops.size(), 0),
      shortest_(problem.stops.size(), 0),
      seen_(problem.stops.size(), 0) {
    const auto width = static_cast<std::size_t>(problem.dimensions);
    std::vector<std::int64_t> most(width, 1);
    for (const Vehicle& vehicle : problem.vehicles)
        for (std::size_t d = 0; d < width; ++d) most[d] = std::max(most[d], vehicle.capacity[d]);
    for (std::size_t stop = 0; stop < problem.stops.size(); ++stop) {
        const auto amounts = problem.load(static_cast<std::int32_t>(stop));
        for (std::size_t d = 0; d < width; ++d)
            demand_[stop] += static_cast<std::int64_t>(1e6 * static_cast<double>(amounts[d]) /
                                                       static_cast<double>(most[d]));
        const auto first = problem.service_s.begin() +
                           static_cast<std::ptrdiff_t>(stop * at(problem.classes));
        shortest_[stop] = *std::min_element(first, first + problem.classes);
        if (problem.near_groups[stop].empty()) continue;
        far_[stop] = problem.near_groups[stop].front().leg.s;
    }
}

void Recreate::apply(Plan& plan, const Share& share, Judge& judge, Rng& rng,
                     double temperature, double thorough, std::vector<std::int32_t>& stops) {
    sort(rng, stops);
    for (const std::int32_t stop : stops) {
        best_.delta = kNoCost;
        find(plan, share, judge, rng, stop, false, best_);
        if (!best_.found() && rng.unit() < thorough)
            find(plan, share, judge, rng, stop, true, best_);
        if (!best_.found()) continue;
        const Stop& added = problem_->stop(stop);
        if (!added.required && best_.delta >= added.price) {
            const auto loss = static_cast<double>(best_.delta - added.price);
            if (loss >= -temperature * std::log(rng.positive_unit())) continue;
        }
        if (best_.nodes.empty())
            plan.insert(best_.route, best_.slot, stop);
        else
            plan.assign(best_.route, best_.nodes);
    }
    tidy(plan, judge);
}

void Recreate::find(Plan& plan, const Share& share, Judge& judge, Rng& rng, std::int32_t stop,
                    bool everywhere, Placing& best) {
    if (!everywhere) {
        find_near(plan, share, judge, rng, stop, best);
    } else {
        for (int index = 0; index < plan.route_count(); ++index)
            if (share.routes[at(index)] && !plan.route(index).empty())
                judge.consider_all(plan.route(index), stop, best);
    }
    find_heads(plan, share, judge, stop, best);
}

void Recreate::find_near(Plan& plan, const Share& share, Judge& judge, Rng& rng,
                         std::int32_t stop, Placing& best) {
    ++search_;
    const auto profiles = problem_->travel.size();
    const Stop& added = problem_->stop(stop);
    const std::int64_t busy_s = shortest_[at(stop)];
    // Whether a drive alone, in place of the present one, adds as much as the best place so far.
    const auto dear = [&](const Vehicle& by, const Arc& arc, std::int64_t s, std::int64_t m) {
        if (by.exact_only || (by.timed && arc.s + busy_s < s)) return false;
        return by.cost_per_drive_s * (arc.s - s) + by.cost_per_m * (arc.m - m) >= best.delta;
    };
    const auto& afters = problem_->near_after[at(stop)];
    for (std::size_t place = 0; place < afters.stops.size(); ++place) {
        const std::int32_t other = afters.stops[place];
        const Spot& spot = plan.spot(other);
        if (spot.route < 0) continue;
        seen_[at(other)] = search_;
        if (!share.routes[at(spot.route)] || blinks(rng)) continue;
        const Vehicle& by = problem_->vehicle(spot.route);
        const Arc& arc = afters.legs[place * profiles + at(by.profile)];
        if (spot.depart_s > added.close_s ||
            std::max(spot.depart_s, added.open_s) + busy_s > spot.next_latest_s ||
            dear(by, arc, spot.next_leg_s, spot.next_leg_m))
            continue;
        const Leg to = leg_of(arc);
        consider(plan.route(spot.route), judge, spot.slot + 1, stop, best, &to, nullptr);
    }
    const auto& befores = problem_->near_before[at(stop)];
    for (std::size_t place = 0; place < befores.stops.size(); ++place) {
        const Spot& spot = plan.spot(befores.stops[place]);
        if (spot.route < 0) continue;
        if (!share.routes[at(spot.route)] || blinks(rng)) continue;
        const Vehicle& by = problem_->vehicle(spot.route);
        const Arc& arc = befores.legs[place * profiles + at(by.profile)];
        if (added.open_s + busy_s > spot.latest_s ||
            (spot.slot > 1 && dear(by, arc, spot.leg_s, spot.leg_m)))
            continue;
        const Route& route = plan.route(spot.route);
        const std::int32_t previous = route.slots[at(spot.slot) - 1].node;
        if (previous >= 0 && problem_->is_stop(previous) && seen_[at(previous)] == search_)
            continue;
        const Leg from = leg_of(arc);
        consider(route, judge, spot.slot, stop, best, nullptr, &from);
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

void Recreate::sort(Rng& rng, std::vector<std::int32_t>& stops) {
    enum class Order { kRandom, kDemand, kFar, kClose, kLength, kOpening, kClosing, kPrice };
    // Weights of the paper, its orders by time window included; and one for prices.
    static constexpr Order kDraw[] = {
        Order::kRandom,  Order::kRandom,  Order::kRandom,  Order::kRandom,  Order::kDemand,
        Order::kDemand,  Order::kDemand,  Order::kDemand,  Order::kFar,     Order::kFar,
        Order::kClose,   Order::kLength,  Order::kLength,  Order::kOpening, Order::kOpening,
        Order::kClosing, Order::kClosing, Order::kPrice};
    const Order order = kDraw[rng.below(static_cast<int>(std::size(kDraw)))];
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
