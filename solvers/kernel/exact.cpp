#include "exact.hpp"

#include <algorithm>

namespace kernel {

namespace {

constexpr std::size_t kMostStops = 8;
constexpr std::int64_t kMostTried = 2'000'000;  // routes; about half a second
constexpr int kLookAtClockEvery = 256;          // routes
constexpr std::int64_t kInvalid = std::int64_t{1} << 52;  // dearer than all stops left out

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

std::vector<std::int32_t> uncommitted(const Problem& problem) {
    std::vector<std::uint8_t> committed(problem.stops.size(), 0);
    for (const Vehicle& vehicle : problem.vehicles)
        for (const std::int32_t node : vehicle.committed)
            if (problem.is_stop(node)) committed[at(node)] = 1;
    std::vector<std::int32_t> free;
    for (std::int32_t stop = 0; stop < problem.stop_count(); ++stop)
        if (!committed[at(stop)]) free.push_back(stop);
    return free;
}

}  // namespace

bool Exact::suits(const Problem& problem) {
    std::size_t committed = 0;
    for (const Vehicle& vehicle : problem.vehicles) committed += vehicle.committed.size();
    return problem.stops.size() <= kMostStops + committed &&
           uncommitted(problem).size() <= kMostStops;
}

Exact::Exact(const Problem& problem, std::int64_t known)
    : problem_(&problem),
      free_(uncommitted(problem)),
      tables_(problem.groups.size()),
      cost_(known) {
    const auto constant = [](const auto& source) { return source->constant(); };
    bounded_ = !problem.has_release || std::ranges::all_of(problem.travel, constant);
    const std::size_t sets = std::size_t{1} << free_.size();
    for (Table& table : tables_) {
        table.costs.assign(sets, kNoCost);
        table.nodes.resize(sets);
    }
    proven_ = !begin_group();
}

bool Exact::run(Clock::time_point until) {
    while (!proven_) {
        if (tried_ % kLookAtClockEvery == 0 && Clock::now() >= until) return false;
        if (tried_ >= kMostTried) break;
        if (advance()) continue;
        tables_[group_].cut_short = cut_short_;
        ++group_;
        proven_ = !begin_group();
    }
    give_out();
    return true;
}

// Turns to the next kind of vehicle with routes not tried yet; false where there is none.
bool Exact::begin_group() {
    for (;; ++group_) {
        if (group_ == tables_.size()) {
            const auto open = [](const Table& table) { return table.cut_short; };
            if (std::none_of(tables_.begin(), tables_.end(), open)) return false;
            give_out();
            group_ = 0;
            ++most_unloadings_;
        }
        if (tables_[group_].cut_short) break;
    }
    vehicle_ = problem_->groups[group_].front();
    const Vehicle& vehicle = problem_->vehicle(vehicle_);
    cut_short_ = false;
    unloadings_ = 0;
    served_ = 0;
    nodes_ = vehicle.committed;
    const bool rested =
        std::find(nodes_.begin(), nodes_.end(), problem_->break_node()) != nodes_.end();
    may_rest_ = vehicle.rests && !rested;
    choices_.clear();
    next_choice_ = 0;
    weigh();
    // The committed visits stay as they are, even where no route behind them is lawful.
    Table& table = tables_[group_];
    if (table.costs[0] == kNoCost) {
        const auto ignore = [](const Step&) {};
        const Walked walked = walk<true>(*problem_, vehicle_, nodes_, load_, ignore);
        table.costs[0] = kInvalid + walked.cost;
        table.nodes[0] = nodes_;
    }
    return true;
}

// Goes on to the next route of the vehicle; false once all have been tried.
bool Exact::advance() {
    const int hubs = static_cast<int>(problem_->vehicle(vehicle_).hubs.size());
    const int choices = static_cast<int>(free_.size()) + hubs + 1;
    for (; next_choice_ < choices; ++next_choice_) {
        if (!may_follow(next_choice_)) continue;
        enter(next_choice_);
        next_choice_ = 0;
        if (!weigh()) leave();
        return true;
    }
    if (choices_.empty()) return false;
    leave();
    return true;
}

bool Exact::may_follow(int choice) {
    const int stops = static_cast<int>(free_.size());
    if (choice < stops) return (served_ >> choice & 1U) == 0;
    if (choice == stops + static_cast<int>(problem_->vehicle(vehicle_).hubs.size()))
        return may_rest_;
    auto last = nodes_.rbegin();
    while (last != nodes_.rend() && problem_->is_break(*last)) ++last;
    if (last != nodes_.rend() && problem_->is_hub(*last)) return false;
    if (unloadings_ < most_unloadings_) return true;
    cut_short_ = true;
    return false;
}

void Exact::enter(int choice) {
    const int stops = static_cast<int>(free_.size());
    const auto& hubs = problem_->vehicle(vehicle_).hubs;
    if (choice < stops) {
        served_ |= 1U << choice;
        nodes_.push_back(free_[at(choice)]);
    } else if (choice < stops + static_cast<int>(hubs.size())) {
        ++unloadings_;
        nodes_.push_back(problem_->stop_count() + hubs[at(choice - stops)]);
    } else {
        may_rest_ = false;
        nodes_.push_back(problem_->break_node());
    }
    choices_.push_back(choice);
}

void Exact::leave() {
    const int choice = choices_.back();
    if (choice < static_cast<int>(free_.size()))
        served_ &= ~(1U << choice);
    else if (problem_->is_hub(nodes_.back()))
        --unloadings_;
    else
        may_rest_ = true;
    nodes_.pop_back();
    choices_.pop_back();
    next_choice_ = choice + 1;
}

// Notes the present route where it is lawful and cheap; false where none that goes on from it
// can be lawful.
bool Exact::weigh() {
    ++tried_;
    const Walked walked = walk<false>(*problem_, vehicle_, nodes_, load_, [](const Step&) {});
    Table& table = tables_[group_];
    const std::int64_t cost = nodes_.empty() ? 0 : walked.cost;
    if (walked.valid && cost < table.costs[served_]) {
        table.costs[served_] = cost;
        table.nodes[served_] = nodes_;
    }
    return !walked.hopeless && !(bounded_ && walked.least_cost >= cost_);
}

void Exact::give_out() {
    const std::size_t sets = std::size_t{1} << free_.size();
    const std::size_t fleet = problem_->vehicles.size();
    std::vector<std::int64_t> costs(sets, kNoCost);  // of serving just this set so far
    costs[0] = 0;
    std::vector<std::vector<std::uint8_t>> taken(fleet, std::vector<std::uint8_t>(sets, 0));
    std::vector<std::int64_t> before;
    for (std::size_t index = 0; index < fleet; ++index) {
        const auto& own = tables_[at(problem_->vehicles[index].group)].costs;
        before.swap(costs);
        costs.assign(sets, kNoCost);
        for (std::size_t set = 0; set < sets; ++set)
            for (std::size_t part = set;; part = (part - 1) & set) {
                if (own[part] < kNoCost && before[set ^ part] < kNoCost &&
                    own[part] + before[set ^ part] < costs[set]) {
                    costs[set] = own[part] + before[set ^ part];
                    taken[index][set] = static_cast<std::uint8_t>(part);
                }
                if (part == 0) break;
            }
    }
    std::size_t best = sets;
    for (std::size_t set = 0; set < sets; ++set) {
        if (costs[set] == kNoCost) continue;
        std::int64_t cost = costs[set];
        for (std::size_t stop = 0; stop < free_.size(); ++stop)
            if ((set >> stop & 1U) == 0) cost += problem_->stop(free_[stop]).price;
        if (cost >= cost_) continue;
        cost_ = cost;
        best = set;
    }
    if (best == sets) return;
    sets_.assign(fleet, 0);
    for (std::size_t index = fleet; index-- > 0;) {
        sets_[index] = taken[index][best];
        best ^= sets_[index];
    }
}

RouteNodes Exact::routes() const {
    RouteNodes routes;
    for (std::size_t index = 0; index < sets_.size(); ++index)
        routes.push_back(tables_[at(problem_->vehicles[index].group)].nodes[sets_[index]]);
    return routes;
}

}  // namespace kernel
