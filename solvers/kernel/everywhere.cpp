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
    look_alone(stop, judge, probe, best);
    if (best.found()) return look_unloading(stop, judge, best);
    for (const Route& route : *routes_)
        if (problem_->may_serve(stop, route.vehicle)) exhaust(route, stop, probe, best);
}

void Everywhere::look(std::int32_t stop, Judge& judge, Probe* probe, Placing& best) {
    look_alone(stop, judge, probe, best);
    look_unloading(stop, judge, best);
}

void Everywhere::look_unloading(std::int32_t stop, Judge& judge, Placing& best) {
    for (const auto& [index, slot] : overfull_)
        judge.consider_unloading((*routes_)[at(index)], slot, stop,
                                 problem_->serving_price(stop, index), best);
}

void Everywhere::look_alone(std::int32_t stop, Judge& judge, Probe* probe, Placing& best) {
    overfull_.clear();
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
        if (judge.consider_alone(route, slot, asked.stop, price, best))
            overfull_.emplace_back(route.vehicle, slot);
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
    if (!problem_->has_room(vehicle, stop)) return;
    join(route, probe);
    bare_.vehicle = route.vehicle;
    bare_.nodes = route.nodes;
    if (rests) std::erase(bare_.nodes, rest);
    bare_.rebuild(*problem_, load_);

    const std::int64_t price = problem_->serving_price(stop, route.vehicle);
    const std::vector<std::int32_t> nowhere{-1};
    std::vector<std::int32_t> hubs{-1};
    for (const std::int32_t hub : vehicle.hubs) hubs.push_back(problem_->stop_count() + hub);
    for (std::size_t slot = at(bare_.fixed) + 1; slot < bare_.slots.size(); ++slot) {
        detour_.turn_to(bare_, slot);
        // Unloading helps where there is too much aboard, or a release holds up the trip.
        const bool helps = (bare_.overfull(*problem_, at(bare_.slots[slot].trip), stop) ||
                            problem_->has_release) &&
                           detour_.may_unload_beside(stop, price, best.delta);
        const auto& around = helps ? hubs : nowhere;
        for (const std::int32_t before : around)
            for (const std::int32_t after : around) {
                body_.clear();
                if (before >= 0) body_.push_back(before);
                body_.push_back(stop);
                if (after >= 0) body_.push_back(after);
                if (!detour_.may_stand(body_, price, best.delta)) continue;
                const auto place = static_cast<std::ptrdiff_t>(slot - 1);
                nodes_.assign(bare_.nodes.begin(), bare_.nodes.begin() + place);
                nodes_.insert(nodes_.end(), body_.begin(), body_.end());
                nodes_.insert(nodes_.end(), bare_.nodes.begin() + place, bare_.nodes.end());
                offer(route, best);
                if (rests) offer_with_rests(route, at(bare_.fixed), best);
            }
    }
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
