#include "nearest.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace kernel {

namespace {

constexpr std::int64_t kWholePpm = 1'000'000;
constexpr std::int64_t kFurtherRulePpm = kWholePpm / 2;
constexpr std::int64_t kHourS = 3600;

// One row for the start of a walk and one for each visit inserted: two unloadings, break, stop.
constexpr std::size_t kJudgeRow = 5;
constexpr std::size_t kRows = kJudgeRow + 1;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

std::int64_t ppm_of(std::int64_t amount, std::int64_t whole) {
    return ceil_div(amount * kWholePpm, whole);
}

std::int64_t whole_of(std::int64_t limit) { return std::max<std::int64_t>(1, limit); }

std::int64_t seconds_after(std::span<const Window> windows, std::int64_t start_s) {
    return windows.empty() ? 0 : std::max<std::int64_t>(0, start_s - windows.back().end_s);
}

// The first place a vehicle drives to. A walk gets there as early as it can; the vehicle itself
// leaves as late as it may, when the arc may have closed.
struct First {
    Step step{};
    std::size_t at = 0;
    bool known = false;

    void note(const Problem& problem, const Step& seen, std::size_t index) {
        if (known || problem.is_break(seen.node)) return;
        step = seen;
        at = index;
        known = true;
    }

    bool closes(const Travel& travel, const Vehicle& vehicle, const Walked& walked) const {
        return known && travel.closes() && step.leg.reachable &&
               !travel.leg(vehicle.start, step.location, walked.leave_s).reachable;
    }
};

}  // namespace

void Nearest::Tally::add(std::int64_t amount, std::int64_t whole) {
    if (amount <= 0) return;
    ppm += ppm_of(amount, whole);
    ++rules;
}

std::int64_t Nearest::Tally::total_ppm() const {
    return ppm + kFurtherRulePpm * std::max<std::int64_t>(0, rules - 1);
}

Nearest::Nearest(const Problem& problem, const std::vector<std::vector<std::int32_t>>& routes)
    : problem_(&problem), loads_(kRows * 2 * at(problem.dimensions)) {
    // A release further on may put a walk off, never forward; it may thereby open or close arcs.
    const auto closes = [](const auto& source) { return source->closes(); };
    times_count_ = !problem.has_release || std::ranges::none_of(problem.travel, closes);
    if (routes.size() != problem.vehicles.size())
        throw std::invalid_argument("routes: one for each vehicle is needed");
    for (std::size_t index = 0; index < routes.size(); ++index)
        bases_.push_back(base_of(static_cast<int>(index), routes[index]));
}

Nearest::Base Nearest::base_of(int vehicle, const std::vector<std::int32_t>& route) {
    const std::vector<std::int32_t>& committed = problem_->vehicle(vehicle).committed;
    if (route.size() < committed.size() ||
        !std::equal(committed.begin(), committed.end(), route.begin()))
        throw std::invalid_argument("vehicle " + std::to_string(vehicle) +
                                    ": its route must begin with its committed visits");
    Base base;
    base.nodes = route;
    if (!route.empty())
        base.cost = walk<true>(*problem_, vehicle, route, scratch_, [](const Step&) {}).cost;
    const auto is_break = [&](std::int32_t node) { return problem_->is_break(node); };
    base.stand.rested = !problem_->vehicle(vehicle).rests ||
                        std::any_of(committed.begin(), committed.end(), is_break);
    if (!base.stand.rested) std::erase_if(base.nodes, is_break);
    stand_behind(base, vehicle);
    sum_up(base, vehicle);
    return base;
}

void Nearest::stand_behind(Base& base, int index) {
    const Vehicle& vehicle = problem_->vehicle(index);
    Stand& stand = base.stand;
    stand.depart_s = vehicle.available_s;
    stand.place = vehicle.start;
    base.load.assign(vehicle.initial_load.begin(), vehicle.initial_load.end());
    First first;
    const auto record = [&](const Step& step) {
        first.note(*problem_, step, base.closed.size());
        const Leg least = problem_->travel_of(vehicle).shortest(stand.place, step.location);
        stand.drive_s += least.s;
        stand.distance_m += least.m;
        if (!problem_->is_break(step.node)) stand.service_s += step.end_s - step.start_s;
        stand.depart_s = step.depart_s;
        stand.place = step.location;
        stand.resting = problem_->is_break(step.node);
        std::int64_t late_s = 0;
        if (problem_->is_stop(step.node)) {
            const auto amounts = problem_->load(step.node);
            for (std::size_t d = 0; d < amounts.size(); ++d) base.load[d] += amounts[d];
            stand.address = problem_->stop(step.node).address;
            late_s = seconds_after(problem_->stop(step.node).windows, step.start_s);
        } else if (problem_->is_hub(step.node)) {
            std::fill(base.load.begin(), base.load.end(), 0);
            stand.address = -1;
            late_s = seconds_after(problem_->hub(step.node).windows, step.start_s);
        } else if (vehicle.rests) {
            late_s = seconds_after({&vehicle.rest_window, 1}, step.start_s);
        }
        base.late_s.push_back(late_s);
        base.closed.push_back(!step.leg.reachable);
    };
    const Walked walked = walk<true>(*problem_, index, vehicle.committed, scratch_, record);
    if (first.closes(problem_->travel_of(vehicle), vehicle, walked)) base.closed[first.at] = true;
}

// Drives count as at the best time of day.
void Nearest::sum_up(Base& base, int index) {
    const Vehicle& vehicle = problem_->vehicle(index);
    const Travel& travel = problem_->travel_of(vehicle);
    base.rest.resize(base.nodes.size() + 1);
    std::int32_t there = vehicle.end;
    for (std::size_t next = base.nodes.size(); next-- > 0;) {
        const std::int32_t node = base.nodes[next];
        Rest& rest = base.rest[next] = base.rest[next + 1];
        if (problem_->is_break(node)) continue;
        const bool is_stop = problem_->is_stop(node);
        const std::int32_t here =
            is_stop ? problem_->stop(node).location : problem_->hub(node).location;
        const Leg leg = travel.shortest(here, there);
        rest.drive_s += leg.s;
        rest.distance_m += leg.m;
        rest.longest_s = std::max(rest.longest_s, leg.s);
        rest.longest_m = std::max(rest.longest_m, leg.m);
        rest.service_s += is_stop ? problem_->service(node, vehicle, true)
                                  : problem_->hub(node).fixed_s;
        if (is_stop) base.price += problem_->serving_price(node, index);
        there = here;
    }
}

const Nearby& Nearest::find(std::int32_t stop, std::span<const std::int64_t> unfit) {
    stop_ = stop;
    best_ = Nearby{};
    for (const bool unloading : {false, true}) {
        unloading_ = unloading;
        for (std::size_t index = 0; index < bases_.size(); ++index)
            if (!unloading || !problem_->vehicles[index].hubs.empty())
                search(static_cast<int>(index), unfit[index]);
    }
    return best_;
}

void Nearest::search(int vehicle, std::int64_t unfit) {
    vehicle_ = vehicle;
    unfit_ = unfit;
    base_ = &bases_[at(vehicle)];
    const std::size_t committed = problem_->vehicle(vehicle).committed.size();
    nodes_.assign(base_->nodes.begin(),
                  base_->nodes.begin() + static_cast<std::ptrdiff_t>(committed));
    Stand stand = base_->stand;
    stand.tally.absolute = unfit;
    std::fill(std::copy(base_->load.begin(), base_->load.end(), row(0)), row(1), 0);
    go_on(committed, Body::kNothing, stand);
}

void Nearest::go_on(std::size_t next, Body body, Stand stand) {
    const std::vector<std::int32_t>& route = base_->nodes;
    const std::size_t length = nodes_.size();
    while (!hopeless(stand, next, body)) {
        if (!stand.rested) branch(next, body, stand, problem_->break_node());
        if (body == Body::kNothing || body == Body::kUnloading)
            branch(next, Body::kStop, stand, stop_);
        if (unloading_ && (body == Body::kNothing || body == Body::kStop)) {
            const Body then = body == Body::kNothing ? Body::kUnloading : Body::kAll;
            Stand beside = stand;
            beside.beside = true;
            for (const std::int32_t hub : problem_->vehicle(vehicle_).hubs)
                branch(next, then, beside, problem_->stop_count() + hub);
        }
        if (body == Body::kUnloading) break;
        if (body == Body::kStop) {
            if (unloading_ && !stand.beside) break;
            body = Body::kAll;
        }
        if (next == route.size()) {
            if (body == Body::kAll) offer();
            break;
        }
        advance(stand, route[next]);
        nodes_.push_back(route[next++]);
    }
    nodes_.resize(length);
}

// Whether all that may still follow breaks more than the nearest insertion found so far, or as
// much at a higher cost.
bool Nearest::hopeless(const Stand& stand, std::size_t next, Body body) const {
    const Vehicle& vehicle = problem_->vehicle(vehicle_);
    const Vehicle& given = problem_->given[at(vehicle_)];
    const Rest& rest = base_->rest[next];
    const bool open = body == Body::kNothing;
    const std::int64_t ahead_s = rest.drive_s - (open ? rest.longest_s : 0) + rest.service_s;
    const std::int64_t drive_s = stand.drive_s + ahead_s - rest.service_s;
    const std::int64_t distance_m =
        stand.distance_m + rest.distance_m - (open ? rest.longest_m : 0);
    const std::int64_t paid_s = stand.drive_s + stand.service_s + ahead_s;
    Tally tally = stand.tally;
    if (times_count_) {
        if (open) tally.add(stand.depart_s - problem_->stop(stop_).close_s, kHourS);
        tally.add(stand.depart_s + ahead_s - vehicle.shift_end_s, kHourS);
    }
    tally.add(distance_m - vehicle.max_distance_m, whole_of(given.max_distance_m));
    tally.add(drive_s - vehicle.max_drive_s, kHourS);
    tally.add(paid_s - vehicle.max_duration_s, kHourS);
    const std::int64_t cost = vehicle.fixed_cost + vehicle.cost_per_s * paid_s +
                              vehicle.cost_per_drive_s * drive_s +
                              vehicle.cost_per_m * distance_m + base_->price +
                              problem_->serving_price(stop_, vehicle_) - base_->cost;
    return Nearness{tally.absolute, tally.total_ppm(), cost} > best_.nearness;
}

void Nearest::branch(std::size_t next, Body body, Stand stand, std::int32_t node) {
    std::copy(row(stand.row), row(stand.row + 1), row(stand.row + 1));
    ++stand.row;
    advance(stand, node);
    nodes_.push_back(node);
    go_on(next, body, stand);
    nodes_.pop_back();
}

// Replays one visit, with the releases so far unknown: no later than it will be.
void Nearest::advance(Stand& stand, std::int32_t node) {
    const Vehicle& vehicle = problem_->vehicle(vehicle_);
    if (problem_->is_break(node)) {
        const std::int64_t begin_s = std::max(stand.depart_s, vehicle.rest_window.start_s);
        if (times_count_) stand.tally.add(begin_s - vehicle.rest_window.end_s, kHourS);
        stand.tally.absolute += stand.place < 0;
        stand.resting = stand.rested = true;
        return;
    }
    const bool is_stop = problem_->is_stop(node);
    const std::int32_t there =
        is_stop ? problem_->stop(node).location : problem_->hub(node).location;
    const auto windows = is_stop ? problem_->stop(node).windows : problem_->hub(node).windows;
    const Travel& travel = problem_->travel_of(vehicle);
    const Leg leg = travel.leg(stand.place, there, stand.depart_s);
    const std::int64_t arrival_s = arrival_after(stand.depart_s, leg.s, vehicle, stand.resting);
    const std::int64_t start_s = start_in(windows, arrival_s);
    if (times_count_) {
        stand.tally.absolute += !leg.reachable;
        stand.tally.add(seconds_after(windows, start_s), kHourS);
    }
    // The first drive and those that a release puts off may be shorter at their true time.
    const bool first = nodes_.empty() || (nodes_.size() == 1 && problem_->is_break(nodes_[0]));
    const bool as_driven = travel.constant() || (!first && !problem_->has_release);
    const Leg least = as_driven ? leg : travel.shortest(stand.place, there);
    stand.drive_s += least.s;
    stand.distance_m += least.m;
    stand.place = there;
    stand.resting = false;
    if (is_stop) {
        const Stop& stop = problem_->stop(node);
        const bool shares = stop.address >= 0 && stop.address == stand.address;
        stand.depart_s = start_s + problem_->service(node, vehicle, shares);
        stand.address = stop.address;
        load_up(stand, node);
    } else {
        const std::span load(row(stand.row), at(problem_->dimensions));
        stand.depart_s = start_s + unloading_s(problem_->hub(node), load);
        stand.address = -1;
        unload(stand);
    }
    stand.service_s += stand.depart_s - start_s;
}

// Of each dimension only the greatest overload counts. A vehicle too full behind its committed
// visits is held to no less than that until it unloads.
void Nearest::load_up(Stand& stand, std::int32_t stop) {
    const Vehicle& vehicle = problem_->vehicle(vehicle_);
    const auto amounts = problem_->load(stop);
    std::int64_t* load = row(stand.row);
    std::int64_t* most = load + amounts.size();
    for (std::size_t d = 0; d < amounts.size(); ++d) {
        load[d] += amounts[d];
        const std::int64_t capacity = vehicle.capacity[d];
        const std::int64_t over =
            load[d] - (stand.unloaded ? capacity : std::max(capacity, base_->load[d]));
        if (over <= most[d]) continue;
        const std::int64_t whole = whole_of(capacity);
        stand.tally.ppm += ppm_of(over, whole) - ppm_of(most[d], whole);
        stand.tally.rules += most[d] == 0;
        most[d] = over;
    }
}

void Nearest::unload(Stand& stand) {
    std::fill_n(row(stand.row), problem_->dimensions, 0);
    stand.unloaded = true;
}

void Nearest::offer() {
    const Nearness found = judge();
    if (found > best_.nearness) return;
    if (found == best_.nearness &&
        (vehicle_ > best_.vehicle || (vehicle_ == best_.vehicle && !sorts_first(best_.nodes))))
        return;
    best_.nearness = found;
    best_.vehicle = vehicle_;
    best_.nodes = nodes_;
}

// Replays `nodes_` whole and adds up what it breaks beyond what the committed visits break by
// themselves; those make the limits of the vehicle as high as they need (see problem.cpp).
Nearness Nearest::judge() {
    const Vehicle& vehicle = problem_->vehicle(vehicle_);
    const Vehicle& given = problem_->given[at(vehicle_)];
    Stand stand;
    stand.row = kJudgeRow;
    stand.tally.absolute = unfit_;
    std::fill(std::copy(base_->load.begin(), base_->load.end(), row(kJudgeRow)),
              row(kJudgeRow + 1), 0);
    std::size_t index = 0;
    First first;
    const auto record = [&](const Step& step) {
        first.note(*problem_, step, index);
        judge_visit(step, index++, stand);
    };
    const Walked walked = walk<true>(*problem_, vehicle_, nodes_, scratch_, record);
    Tally& tally = stand.tally;
    tally.add(walked.end_s - vehicle.shift_end_s, kHourS);
    tally.add(walked.stops - vehicle.max_stops, whole_of(given.max_stops));
    tally.add(walked.distance_m - vehicle.max_distance_m, whole_of(given.max_distance_m));
    tally.add(walked.drive_s - vehicle.max_drive_s, kHourS);
    tally.add(walked.paid_s() - vehicle.max_duration_s, kHourS);
    const bool begins_resting =
        problem_->is_break(nodes_.front()) && vehicle.start < 0 && vehicle.committed.empty();
    const bool ends_resting = problem_->is_break(nodes_.back()) && vehicle.end < 0;
    tally.absolute += begins_resting + ends_resting + walked.breaks_rest_rule;
    tally.absolute += !walked.end_reachable && !vehicle.end_missed;
    const bool closed_anyway = first.at < base_->closed.size() && base_->closed[first.at];
    tally.absolute +=
        !closed_anyway && first.closes(problem_->travel_of(vehicle), vehicle, walked);
    return {tally.absolute, tally.total_ppm(), walked.cost - base_->cost};
}

void Nearest::judge_visit(const Step& step, std::size_t index, Stand& stand) {
    const Vehicle& vehicle = problem_->vehicle(vehicle_);
    const bool committed = index < vehicle.committed.size();
    const std::int64_t before_s = committed ? base_->late_s[index] : 0;
    if (problem_->is_break(step.node)) {
        if (vehicle.rests)
            stand.tally.add(step.start_s - vehicle.rest_window.end_s - before_s, kHourS);
        return;
    }
    const bool is_stop = problem_->is_stop(step.node);
    const auto windows =
        is_stop ? problem_->stop(step.node).windows : problem_->hub(step.node).windows;
    stand.tally.add(seconds_after(windows, step.start_s) - before_s, kHourS);
    stand.tally.absolute += !step.leg.reachable && !(committed && base_->closed[index]);
    if (committed) return;
    if (is_stop)
        load_up(stand, step.node);
    else
        unload(stand);
}

bool Nearest::sorts_first(const std::vector<std::int32_t>& nodes) const {
    const auto rank = [&](std::int32_t node) {
        if (problem_->is_break(node)) return 0;
        const int number = node - problem_->stop_count();
        return problem_->is_hub(node) ? 1 + number : 1 + problem_->hub_count() + node;
    };
    return std::ranges::lexicographical_compare(nodes_, nodes, {}, rank, rank);
}

std::int64_t* Nearest::row(std::size_t number) {
    return loads_.data() + number * 2 * at(problem_->dimensions);
}

}  // namespace kernel
