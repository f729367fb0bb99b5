#include "everywhere.hpp"

#include <algorithm>

#include "walk.hpp"

namespace kernel {

namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

// The stop with what is the same for all places.
struct Everywhere::Asked {
    std::int32_t stop;
    const Stop& added;
    const std::int64_t* busy_s;  // least time at the door, less any set-up, by class
    Probe* probe;
};

void Everywhere::note_gaps(const Route& route, std::vector<Gap>& gaps) const {
    for (std::size_t slot = route.slots.size() - 1; slot > at(route.fixed); --slot) {
        const Slot& before = route.slots[slot - 1];
        const Slot& after = route.slots[slot];
        gaps.push_back({before.depart_s, after.latest_s, before.location, after.location,
                        after.address});
    }
}

void Everywhere::survey() {
    gaps_.clear();
    lines_.clear();
    for (const Route& route : *routes_) {
        const Vehicle& vehicle = problem_->vehicle(route.vehicle);
        const std::size_t first = gaps_.size();
        note_gaps(route, gaps_);
        lines_.push_back({first, static_cast<std::int32_t>(gaps_.size() - first),
                          vehicle.vehicle_class, vehicle.profile, false,
                          vehicle.rests || !vehicle.hubs.empty(),
                          problem_->travel_of(vehicle).constant()});
    }
}

void Everywhere::set_changed(int route, bool changed) { lines_[at(route)].changed = changed; }

void Everywhere::find(std::int32_t stop, Judge& judge, Probe* probe, Placing& best) {
    look(stop, judge, probe, best);
    if (best.found()) return;
    for (const Route& route : *routes_)
        if (problem_->may_serve(stop, route.vehicle)) exhaust(route, stop, probe, best);
}

void Everywhere::look(std::int32_t stop, Judge& judge, Probe* probe, Placing& best) {
    const Asked asked{stop, problem_->stop(stop),
                      problem_->service_s.data() + at(stop) * at(problem_->classes), probe};
    for (std::size_t index = 0; index < lines_.size(); ++index) {
        if (!problem_->may_serve(stop, static_cast<int>(index))) continue;
        const Line& line = lines_[index];
        if (line.by_judge || problem_->has_release)
            look_at_all((*routes_)[index], asked, judge, best);
        else
            look_in_time(line, (*routes_)[index], asked, judge, best);
    }
}

// Only the places that time leaves open: behind visits left by the close of the stop's last
// window, and before visits that may still be reached after its first one has opened. Departures
// and latest arrivals never fall along a route. Behind the stop, a shared set-up alone can make
// the next visit shorter than it is, so such places are looked at as well.
void Everywhere::look_in_time(const Line& line, const Route& route, const Asked& asked,
                              Judge& judge, Placing& best) {
    const Stop& added = asked.added;
    const auto profile = at(line.profile);
    const std::int64_t busy_s = asked.busy_s[line.vehicle_class];
    std::span<const Gap> gaps(gaps_.data() + line.first_gap, at(line.gaps));
    if (line.changed) {
        fresh_.clear();
        note_gaps(route, fresh_);
        gaps = fresh_;
    }
    for (std::size_t place = 0; place < gaps.size(); ++place) {
        const Gap& gap = gaps[place];
        const bool may_relieve = added.address >= 0 && gap.address == added.address;
        if (added.open_s + busy_s > gap.latest_s && !may_relieve) {
            if (added.address < 0) break;
            continue;
        }
        if (gap.depart_s > added.close_s) continue;
        const auto consider = [&](const Leg* to, const Leg* from) {
            if (asked.probe != nullptr) {
                asked.probe->join(profile, gap.before);
                asked.probe->join(profile, gap.after);
            }
            judge.consider(route, static_cast<int>(route.slots.size() - 1 - place), asked.stop,
                           problem_->serving_price(asked.stop, route.vehicle), best, to, from);
        };
        if (asked.probe == nullptr || !line.constant) {
            consider(nullptr, nullptr);
            continue;
        }
        const Leg to = asked.probe->to(profile, gap.before);
        if (!to.reachable || gap.depart_s + to.s > added.close_s) continue;
        const Leg from = asked.probe->from(profile, gap.after);
        const std::int64_t start_s = std::max(added.open_s, gap.depart_s + to.s);
        if (!from.reachable || (start_s + busy_s + from.s > gap.latest_s && !may_relieve)) continue;
        consider(&to, &from);
    }
}

void Everywhere::look_at_all(const Route& route, const Asked& asked, Judge& judge,
                             Placing& best) {
    const std::int64_t price = problem_->serving_price(asked.stop, route.vehicle);
    join(route, asked.probe);
    for (int slot = route.fixed + 1; slot < static_cast<int>(route.slots.size()); ++slot)
        judge.consider(route, slot, asked.stop, price, best);
}

// All drives that a visit of the route's vehicle to the candidate may need.
void Everywhere::join(const Route& route, Probe* probe) const {
    if (probe == nullptr) return;
    const Vehicle& vehicle = problem_->vehicle(route.vehicle);
    for (const Slot& slot : route.slots) probe->join(at(vehicle.profile), slot.location);
    for (const std::int32_t hub : vehicle.hubs)
        probe->join(at(vehicle.profile), problem_->hubs[at(hub)].location);
}

void Everywhere::exhaust(const Route& route, std::int32_t stop, Probe* probe, Placing& best) {
    const Vehicle& vehicle = problem_->vehicle(route.vehicle);
    const std::int32_t rest = problem_->break_node();
    const auto& committed = vehicle.committed;
    const bool rests =
        vehicle.rests && std::find(committed.begin(), committed.end(), rest) == committed.end();
    if (!rests && vehicle.hubs.empty()) return;  // then the judge has seen every place
    join(route, probe);
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
