#include "everywhere.hpp"

#include <algorithm>

#include "walk.hpp"

namespace kernel {

namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

void Everywhere::find(const std::vector<Route>& routes, std::int32_t stop, Judge& judge,
                      Placing& best) {
    for (const Route& route : routes) {
        const Vehicle& vehicle = problem_->vehicle(route.vehicle);
        if (vehicle.exact_only || !vehicle.hubs.empty() || problem_->has_release)
            judge.consider_all(route, stop, best);
        else
            consider_in_time(route, stop, judge, best);
    }
    if (best.found()) return;
    for (const Route& route : routes)
        if (problem_->may_serve(stop, route.vehicle)) exhaust(route, stop, best);
}

// Only the places that time leaves open: behind visits left by the close of the stop's last
// window, and before visits that may still be reached after its first one has opened. Departures
// and latest arrivals never fall along a route. Behind the stop, a shared set-up alone can make
// the next visit shorter than it is, so such places are looked at as well.
void Everywhere::consider_in_time(const Route& route, std::int32_t stop, Judge& judge,
                                  Placing& best) {
    if (!problem_->may_serve(stop, route.vehicle)) return;
    const Stop& added = problem_->stop(stop);
    const std::int64_t price = problem_->serving_price(stop, route.vehicle);
    const std::int64_t served_s =
        added.open_s + problem_->service(stop, problem_->vehicle(route.vehicle), true);
    for (int slot = static_cast<int>(route.slots.size()) - 1; slot > route.fixed; --slot) {
        const Slot& after = route.slots[at(slot)];
        if (served_s > after.latest_s) {
            if (added.address < 0) break;
            if (after.address != added.address) continue;
        }
        if (route.slots[at(slot) - 1].depart_s > added.close_s) continue;
        judge.consider(route, slot, stop, price, best);
    }
}

void Everywhere::exhaust(const Route& route, std::int32_t stop, Placing& best) {
    const Vehicle& vehicle = problem_->vehicle(route.vehicle);
    const std::int32_t rest = problem_->break_node();
    const auto& committed = vehicle.committed;
    const bool rests =
        vehicle.rests && std::find(committed.begin(), committed.end(), rest) == committed.end();
    if (!rests && vehicle.hubs.empty()) return;  // then the judge has seen every place
    bare_.vehicle = route.vehicle;
    bare_.nodes = route.nodes;
    if (rests) std::erase(bare_.nodes, rest);
    bare_.rebuild(*problem_, load_);

    std::vector<std::int32_t> around{-1};
    for (const std::int32_t hub : vehicle.hubs) around.push_back(problem_->stop_count() + hub);
    for (std::size_t slot = at(bare_.fixed) + 1; slot < bare_.slots.size(); ++slot)
        for (const std::int32_t before : around)
            for (const std::int32_t after : around) {
                body_.clear();
                if (before >= 0) body_.push_back(before);
                body_.push_back(stop);
                if (after >= 0) body_.push_back(after);
                if (hopeless(vehicle, slot)) continue;
                const auto place = static_cast<std::ptrdiff_t>(slot - 1);
                nodes_.assign(bare_.nodes.begin(), bare_.nodes.begin() + place);
                nodes_.insert(nodes_.end(), body_.begin(), body_.end());
                nodes_.insert(nodes_.end(), bare_.nodes.begin() + place, bare_.nodes.end());
                offer(route, best);
                if (rests) offer_with_rests(route, at(bare_.fixed), best);
            }
}

// Whether `body_` certainly comes too late before `slot` of the bare route. A break can only
// make things later; what could make them earlier is left to the replay.
bool Everywhere::hopeless(const Vehicle& vehicle, std::size_t slot) const {
    const Travel& travel = problem_->travel_of(vehicle);
    if (problem_->has_release || travel.closes()) return false;
    const Slot& before = bare_.slots[slot - 1];
    const Slot& after = bare_.slots[slot];
    std::int64_t time_s = before.depart_s;
    std::int32_t place = before.location;
    std::int32_t address = before.address;
    for (const std::int32_t node : body_) {
        const bool is_stop = problem_->is_stop(node);
        const auto windows = is_stop ? problem_->stop(node).windows : problem_->hub(node).windows;
        const std::int32_t there =
            is_stop ? problem_->stop(node).location : problem_->hub(node).location;
        const Leg leg = travel.leg(place, there, time_s);
        if (!leg.reachable) return true;
        time_s = start_in(windows, time_s + leg.s);
        if (!windows.empty() && time_s > windows.back().end_s) return true;
        time_s += is_stop ? problem_->service(node, vehicle, true) : problem_->hub(node).fixed_s;
        place = there;
        address = is_stop ? problem_->stop(node).address : -1;
    }
    const Leg on = travel.leg(place, after.location, time_s);
    if (!on.reachable) return after.location >= 0 && !vehicle.end_missed;
    const bool relieved =
        bare_.unit_unloads || (address >= 0 && address == after.address && !after.shares_setup);
    return !relieved && time_s + on.s > after.latest_s;
}

void Everywhere::offer(const Route& route, Placing& best) {
    const Walked walked =
        walk<false>(*problem_, route.vehicle, nodes_, load_, [](const Step&) {});
    if (!walked.valid || walked.cost - route.sums.cost >= best.delta) return;
    best.delta = walked.cost - route.sums.cost;
    best.route = route.vehicle;
    best.nodes = nodes_;
}

void Everywhere::offer_with_rests(const Route& route, std::size_t fixed, Placing& best) {
    nodes_.push_back(problem_->break_node());
    for (std::size_t place = nodes_.size() - 1;; --place) {
        offer(route, best);
        if (place == fixed) break;
        std::swap(nodes_[place], nodes_[place - 1]);
    }
}

}  // namespace kernel
