#include "insertion.hpp"

#include <algorithm>

namespace kernel {

namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

void Judge::consider(const Route& route, int slot, std::int32_t stop, std::int64_t price,
                     Placing& best, const Leg* to, const Leg* from) {
    if (consider_alone(route, slot, stop, price, best, to, from))
        consider_unloading(route, slot, stop, price, best);
}

bool Judge::consider_alone(const Route& route, int slot, std::int32_t stop, std::int64_t price,
                           Placing& best, const Leg* to, const Leg* from) {
    const Vehicle& vehicle = problem_->vehicle(route.vehicle);
    std::int64_t delta = 0;
    switch (judge(route, vehicle, slot, stop, price, to, from, best.delta, delta)) {
        case Verdict::kNo:
            return false;
        case Verdict::kYes:
            if (delta < best.delta) {
                best.delta = delta;
                best.route = route.vehicle;
                best.slot = slot;
                best.nodes.clear();
            }
            return false;
        case Verdict::kExact:
            if (problem_->is_break(route.slots[at(slot)].node)) {
                detour_.turn_to(route, at(slot));
                if (!detour_.may_stand({&stop, 1}, price, best.delta)) return false;
            }
            nodes_.assign(route.nodes.begin(), route.nodes.end());
            nodes_.insert(nodes_.begin() + (slot - 1), stop);
            try_nodes(route, nodes_, slot, true, best);
            // A new trip helps where a release would hold up this one.
            return problem_->has_release && !vehicle.hubs.empty();
        case Verdict::kOverfull:
            return problem_->has_room(vehicle, stop);
    }
    return false;
}

void Judge::consider_all(const Route& route, std::int32_t stop, Placing& best) {
    if (!problem_->may_serve(stop, route.vehicle)) return;
    const std::int64_t price = problem_->serving_price(stop, route.vehicle);
    const auto first = route.fixed + 1;
    for (int slot = first; slot < static_cast<int>(route.slots.size()); ++slot)
        consider(route, slot, stop, price, best);
}

Judge::Verdict Judge::judge(const Route& route, const Vehicle& vehicle, int slot,
                            std::int32_t stop, std::int64_t price, const Leg* known_to,
                            const Leg* known_from, std::int64_t limit,
                            std::int64_t& delta) const {
    const Slot& before = route.slots[at(slot) - 1];
    const Slot& after = route.slots[at(slot)];
    const Stop& added = problem_->stop(stop);
    if (before.depart_s > added.close_s) return Verdict::kNo;
    const Travel& travel = problem_->travel_of(vehicle);
    const bool plain = !vehicle.exact_only;

    // Neither drive alone may add as much as the best place so far costs in all.
    const std::int64_t fixed = price + (route.empty() ? vehicle.fixed_cost : 0);
    const auto added_by = [&](const Leg& leg) {
        return vehicle.cost_per_drive_s * (leg.s - after.leg_s) +
               vehicle.cost_per_m * (leg.m - after.leg_m) + fixed;
    };
    const bool bounded = plain && !vehicle.timed;
    if (bounded && known_from != nullptr && added_by(*known_from) >= limit) return Verdict::kNo;

    const Leg to = known_to != nullptr && plain
                       ? *known_to
                       : travel.leg(before.location, added.location, before.depart_s);
    if (!to.reachable) return Verdict::kNo;
    const std::int64_t arrival = before.depart_s + to.s;
    if (arrival > added.close_s) return Verdict::kNo;
    const std::int64_t start = start_in(added.windows, arrival);

    delta = added_by(to);
    if (bounded && delta >= limit) return Verdict::kNo;

    if (problem_->dimensions > 0 && route.overfull(*problem_, at(after.trip), stop))
        return vehicle.hubs.empty() ? Verdict::kNo : Verdict::kOverfull;
    if (problem_->has_release && added.release_s > route.trip_leaves_s[at(after.trip)])
        return Verdict::kExact;

    const bool shares = added.address >= 0 && added.address == before.address;
    const bool next_shares = added.address >= 0 && added.address == after.address;
    if (next_shares != after.shares_setup || (vehicle.rests && problem_->is_break(after.node)))
        return Verdict::kExact;

    const std::int64_t end = start + problem_->service(stop, vehicle, shares);
    if (end > after.latest_s) return Verdict::kNo;
    const Leg from = known_from != nullptr && plain
                         ? *known_from
                         : travel.leg(added.location, after.location, end);
    if (!from.reachable) return Verdict::kNo;
    const std::int64_t next_arrival = end + from.s;
    if (next_arrival > after.latest_s) return Verdict::kNo;
    const Walked& sums = route.sums;
    if (sums.drive_s + to.s + from.s - after.leg_s > vehicle.max_drive_s ||
        sums.distance_m + to.m + from.m - after.leg_m > vehicle.max_distance_m ||
        sums.stops + 1 > vehicle.max_stops)
        return Verdict::kNo;
    delta += vehicle.cost_per_drive_s * from.s + vehicle.cost_per_m * from.m +
             start_cost(*problem_, added, start);
    if (bounded && delta >= limit) return Verdict::kNo;
    if (!plain || (route.unit_unloads && route.trip_unit_unloads[at(after.trip)]))
        return Verdict::kExact;
    if (route.soft && (next_arrival < after.arrival_s || next_arrival > after.free_s))
        return Verdict::kExact;
    if (!vehicle.timed) return Verdict::kYes;
    const std::int64_t leave =
        slot == 1 ? std::max(route.slots.front().depart_s, start - to.s) : sums.leave_s;
    return judge_timed(route, vehicle, slot, leave, next_arrival, delta);
}

Judge::Verdict Judge::judge_timed(const Route& route, const Vehicle& vehicle, int slot,
                                  std::int64_t leave_s, std::int64_t next_arrival_s,
                                  std::int64_t& delta) const {
    const Slot& after = route.slots[at(slot)];
    if (next_arrival_s < after.arrival_s || !after.tail_exact) return Verdict::kExact;
    const std::int64_t end_s = std::max(after.ends_at_s, next_arrival_s + after.tail_s);
    const std::int64_t paid_s = end_s - leave_s;
    if (paid_s > vehicle.max_duration_s) return Verdict::kNo;
    delta += vehicle.cost_per_s * (paid_s - (route.empty() ? 0 : route.sums.paid_s()));
    return Verdict::kYes;
}

void Judge::consider_unloading(const Route& route, int slot, std::int32_t stop,
                               std::int64_t price, Placing& best) {
    detour_.turn_to(route, at(slot));
    if (!detour_.may_unload_beside(stop, price, best.delta)) return;
    const auto place = route.nodes.begin() + (slot - 1);
    for (const std::int32_t hub : problem_->vehicle(route.vehicle).hubs) {
        const std::int32_t node = problem_->stop_count() + hub;
        for (const int pattern : {1, 2, 3}) {  // unload before the stop, after it, both
            body_.clear();
            if (pattern != 2) body_.push_back(node);
            body_.push_back(stop);
            if (pattern != 1) body_.push_back(node);
            if (!detour_.may_stand(body_, price, best.delta)) continue;
            hubbed_.assign(route.nodes.begin(), place);
            hubbed_.insert(hubbed_.end(), body_.begin(), body_.end());
            hubbed_.insert(hubbed_.end(), place, route.nodes.end());
            try_nodes(route, hubbed_, slot, false, best);
        }
    }
}

void Judge::try_nodes(const Route& route, const std::vector<std::int32_t>& nodes, int slot,
                      bool plain, Placing& best) {
    const Walked walked = replay(route, nodes);
    if (walked.valid) {
        const std::int64_t delta = walked.cost - route.sums.cost;
        if (delta >= best.delta) return;
        best.delta = delta;
        best.route = route.vehicle;
        best.slot = slot;
        best.nodes.clear();
        if (!plain) best.nodes = nodes;
    } else if (holds_own_break(route)) {
        try_rests(route, nodes, slot, best);
    }
}

void Judge::try_rests(const Route& route, const std::vector<std::int32_t>& nodes, int slot,
                      Placing& best) {
    const std::int32_t rest = problem_->break_node();
    const auto fixed = static_cast<std::size_t>(route.fixed);
    rested_.clear();
    for (const std::int32_t node : nodes)
        if (node != rest) rested_.push_back(node);
    const auto offer = [&] {
        const Walked walked = replay(route, rested_);
        if (!walked.valid || walked.cost - route.sums.cost >= best.delta) return;
        best.delta = walked.cost - route.sums.cost;
        best.route = route.vehicle;
        best.slot = slot;
        best.nodes = rested_;
    };
    offer();
    rested_.push_back(rest);
    for (std::size_t place = rested_.size() - 1;; --place) {
        offer();
        if (place == fixed) break;
        std::swap(rested_[place], rested_[place - 1]);
    }
}

Walked Judge::replay(const Route& route, const std::vector<std::int32_t>& nodes) {
    return walk<false>(*problem_, route.vehicle, nodes, load_, [](const Step&) {});
}

bool Judge::holds_own_break(const Route& route) const {
    const Vehicle& vehicle = problem_->vehicle(route.vehicle);
    return vehicle.rests && std::find(vehicle.committed.begin(), vehicle.committed.end(),
                                      problem_->break_node()) == vehicle.committed.end();
}

bool Judge::tidied(const Route& route, std::vector<std::int32_t>& nodes) {
    const auto fixed = static_cast<std::size_t>(route.fixed);
    nodes = route.nodes;
    std::int64_t cost = route.sums.valid ? route.sums.cost : kNoCost;
    const auto serves = [&](std::int32_t node) { return problem_->is_stop(node); };
    if (std::none_of(nodes.begin() + static_cast<std::ptrdiff_t>(fixed), nodes.end(), serves)) {
        nodes.resize(fixed);
        const Walked walked = replay(route, nodes);
        cost = walked.valid ? walked.cost : kNoCost;
    }
    for (std::size_t place = nodes.size(); place-- > fixed;) {
        if (!problem_->is_hub(nodes[place])) continue;
        hubbed_ = nodes;
        hubbed_.erase(hubbed_.begin() + static_cast<std::ptrdiff_t>(place));
        const Walked walked = replay(route, hubbed_);
        if (!walked.valid || walked.cost > cost) continue;
        cost = walked.cost;
        nodes = hubbed_;
    }
    if (holds_own_break(route) && !nodes.empty()) {
        Placing best;
        best.delta = cost == kNoCost ? kNoCost : cost - route.sums.cost;
        const std::vector<std::int32_t> visits = nodes;
        try_rests(route, visits, 0, best);
        if (!best.nodes.empty()) nodes = best.nodes;
    }
    return nodes != route.nodes;
}

}  // namespace kernel
