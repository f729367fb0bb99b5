#include "search.hpp"

#include <algorithm>
#include <cmath>

namespace kernel {

namespace {

// Start and end temperature as parts of what a served stop costs in the mean. Colder starts end
// in dearer plans on every kind of instance tried, see docs/native-engine.md.
constexpr double kHot = 3.0;
constexpr double kCold = 0.01;

constexpr double kClearingChance = 0.3;  // where stops are left out: whole routes for one of them
constexpr double kThorough = 0.05;  // chance of a look at all places for a stop

constexpr double kExchangeChance = 0.7;  // instead of ruin and recreate
constexpr int kLookAtClockEvery = 8;  // iterations
constexpr std::size_t kConstructedAtOnce = 32;  // stops between two looks at the clock
constexpr std::size_t kMostRetried = 6;  // absent stops from anywhere tried in each iteration

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

// The least whole number not below the sum, as far as a cost can tell.
std::int64_t sum_of(std::int64_t cost, double more) {
    constexpr double kMost = 1e18;
    return cost + static_cast<std::int64_t>(std::min(std::ceil(more), kMost));
}

}  // namespace

double Budget::used(std::int64_t done) const {
    double used = 0.0;
    if (iterations)
        used = *iterations == 0 ? 1.0
                                : static_cast<double>(done) / static_cast<double>(*iterations);
    if (seconds) used = std::max(used, *seconds <= 0.0 ? 1.0 : elapsed_s() / *seconds);
    return std::min(used, 1.0);
}

double Temperatures::at(double used) const { return hot * std::pow(cold / hot, used); }

Search::Search(const Problem& problem, std::uint64_t seed)
    : problem_(&problem),
      plan_(problem),
      judge_(problem),
      ruin_(problem),
      recreate_(problem),
      exchange_(problem),
      rng_(seed),
      share_(Share::whole(problem)),
      absence_counts_(problem.stops.size(), 0),
      best_routes_(problem.vehicles.size()),
      is_dirty_(problem.vehicles.size(), 0) {
    for (int index = 0; index < plan_.route_count(); ++index)
        best_routes_[at(index)] = plan_.route(index).nodes;
    restart_best();
}

void Search::start(const RouteNodes& routes) {
    for (int index = 0; index < plan_.route_count(); ++index)
        build_route(index, routes[at(index)]);
    recreate_.tidy(plan_, judge_);
    restart_best();
}

void Search::begin(const RouteNodes& routes) {
    for (int index = 0; index < plan_.route_count(); ++index)
        plan_.assign(index, problem_->vehicle(index).committed);
    std::fill(absence_counts_.begin(), absence_counts_.end(), 0);
    begun_ = iterations_;
    start(routes);
    construct(Clock::time_point::max());
    restart_best();
}

void Search::build_route(int index, const std::vector<std::int32_t>& wanted) {
    const auto fixed = static_cast<std::size_t>(plan_.route(index).fixed);
    std::vector<std::int32_t> nodes(plan_.route(index).nodes.begin(),
                                    plan_.route(index).nodes.begin() +
                                        static_cast<std::ptrdiff_t>(fixed));
    std::vector<std::uint8_t> here(problem_->stops.size(), 0);
    const auto wanted_here = [&](std::int32_t node) {
        if (!problem_->is_stop(node)) return true;
        if (plan_.route_of(node) >= 0 || here[at(node)]) return false;
        here[at(node)] = 1;
        return true;
    };
    const bool headed = wanted.size() >= fixed && std::equal(nodes.begin(), nodes.end(), wanted.begin());
    for (std::size_t place = headed ? fixed : 0; place < wanted.size(); ++place)
        if (wanted_here(wanted[place])) nodes.push_back(wanted[place]);
    if (nodes.size() == fixed) return;
    const auto valid = [&](const std::vector<std::int32_t>& visits) {
        return walk<false>(*problem_, index, visits, judge_.load(), [](const Step&) {}).valid;
    };
    if (!valid(nodes)) {
        // One by one, dropping whatever does not fit behind those before it.
        std::vector<std::int32_t> kept(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(fixed));
        for (std::size_t place = fixed; place < nodes.size(); ++place) {
            kept.push_back(nodes[place]);
            // A break or a hub may be wrong only until something follows it.
            if (problem_->is_stop(nodes[place]) && !valid(kept)) kept.pop_back();
        }
        while (kept.size() > fixed && !valid(kept)) kept.pop_back();
        nodes = std::move(kept);
    }
    if (nodes.size() > fixed) plan_.assign(index, nodes);
}

bool Search::construct(Clock::time_point until) {
    if (!constructing_) begin_construction();
    std::vector<std::int32_t> part;
    for (; next_waiting_ < waiting_.size(); next_waiting_ += part.size()) {
        if (Clock::now() >= until) break;
        const std::size_t size = std::min(kConstructedAtOnce, waiting_.size() - next_waiting_);
        const auto first = waiting_.begin() + static_cast<std::ptrdiff_t>(next_waiting_);
        part.assign(first, first + static_cast<std::ptrdiff_t>(size));
        recreate_.apply(plan_, share_, judge_, rng_, 0.0, 1.0, kNoCost, false, part);
        keep();
    }
    remember_if_best();
    constructing_ = next_waiting_ < waiting_.size();
    return !constructing_;
}

void Search::begin_construction() {
    waiting_ = plan_.absent();
    next_waiting_ = 0;
    constructing_ = true;
    std::sort(waiting_.begin(), waiting_.end(), [&](std::int32_t a, std::int32_t b) {
        return std::pair(problem_->stop(a).close_s, a) < std::pair(problem_->stop(b).close_s, b);
    });
}

void Search::take_share(Share share, const RouteNodes& routes) {
    for (int index = 0; index < plan_.route_count(); ++index)
        if (plan_.route(index).nodes != routes[at(index)]) plan_.assign(index, {});
    for (int index = 0; index < plan_.route_count(); ++index)
        if (plan_.route(index).nodes != routes[at(index)])
            plan_.assign(index, routes[at(index)]);
    share_ = std::move(share);
    plan_.open_only(share_.routes);
    plan_.forget_idle();
    restart_best();
}

void Search::restart_best() {
    keep();
    best_cost_ = kNoCost;
    remember_if_best();
}

Temperatures Search::temperatures() const {
    std::int64_t served = 0;
    std::int64_t variable = 0;
    for (int index = 0; index < plan_.route_count(); ++index) {
        const Route& route = plan_.route(index);
        if (route.empty()) continue;
        served += route.sums.stops;
        variable += route.sums.cost - problem_->vehicle(index).fixed_cost - route.sums.soft_cost -
                    route.sums.service_price;
    }
    const double mean = std::max(
        1.0, static_cast<double>(variable) / static_cast<double>(std::max<std::int64_t>(served, 1)));
    return {kHot * mean, kCold * mean};
}

bool Search::run(const Budget& budget, const Temperatures& temperatures, const Pause& pause) {
    for (;;) {
        if (done() % kLookAtClockEvery == 0) {
            const double used = budget.used(done());
            temperature_ = temperatures.at(used);
            if (pause.due()) return false;
        }
        if (budget.iterations && done() >= *budget.iterations) return true;
        if (budget.seconds && done() % kLookAtClockEvery == 0 &&
            budget.elapsed_s() >= *budget.seconds)
            return true;
        iterate();
        ++iterations_;
    }
}

void Search::iterate() {
    // Drawn beforehand, as a plan that gets dearer than this need not be finished. Where stops are
    // left out, a dearer plan may be worth having all the same.
    const double worse = -temperature_ * std::log(rng_.positive_unit());
    const std::int64_t limit = kept_absent_.empty() ? sum_of(cost_, worse) : kNoCost;
    const bool changed = rng_.unit() < kExchangeChance
                             ? exchange_.apply(plan_, share_, rng_, limit)
                             : ruin_and_recreate(limit);
    if (!changed || !accepts(worse)) {
        plan_.take_back();
        return;
    }
    keep();
    remember_if_best();
}

bool Search::ruin_and_recreate(std::int64_t limit) {
    stops_.clear();
    met_.clear();
    const auto absent = static_cast<int>(plan_.absent().size());
    if (absent > 0) {
        const std::size_t tries = std::min<std::size_t>(kMostRetried, at(absent));
        for (std::size_t draw = 0; draw < tries; ++draw) {
            const std::int32_t stop = plan_.absent()[at(rng_.below(absent))];
            if (share_.stops[at(stop)]) met_.push_back(stop);
        }
    }
    const bool clearing = !met_.empty() && rng_.unit() < kClearingChance;
    if (clearing)
        ruin_.clear_for(met_.front(), plan_, share_, rng_, stops_);
    else
        ruin_.apply(plan_, share_, rng_, stops_, met_);
    std::sort(met_.begin(), met_.end());
    met_.erase(std::unique(met_.begin(), met_.end()), met_.end());
    for (const std::int32_t stop : met_)
        if (std::find(stops_.begin(), stops_.end(), stop) == stops_.end()) stops_.push_back(stop);
    return recreate_.apply(plan_, share_, judge_, rng_, temperature_, kThorough, limit, clearing,
                           stops_);
}

void Search::keep() {
    for (const int index : plan_.changed()) {
        if (is_dirty_[at(index)]) continue;
        is_dirty_[at(index)] = 1;
        dirty_.push_back(index);
    }
    plan_.keep();
    cost_ = plan_.cost();
    absent_price_ = plan_.absent_price();
    kept_absent_ = plan_.absent();
}

bool Search::accepts(double worse) {
    const std::int64_t gained = cost_ - plan_.cost();
    bool accepted = static_cast<double>(-gained) < worse;
    if (!accepted && !plan_.absent().empty()) accepted = rescues(gained);
    for (const std::int32_t stop : plan_.absent()) ++absence_counts_[at(stop)];
    return accepted;
}

// Whether a dearer plan is worth having because it serves stops that are left out more often
// than those it leaves out instead, at no higher price.
bool Search::rescues(std::int64_t gained) const {
    if (plan_.absent_price() > absent_price_) return false;
    std::int64_t least_price = kNoCost;
    for (const std::int32_t stop : kept_absent_)
        least_price = std::min(least_price, problem_->stop(stop).price);
    if (-gained > least_price / 8) return false;
    return absences(plan_.absent()) < absences(kept_absent_);
}

std::int64_t Search::absences(const std::vector<std::int32_t>& stops) const {
    std::int64_t sum = 0;
    for (const std::int32_t stop : stops) sum += absence_counts_[at(stop)];
    return sum;
}

void Search::remember_if_best() {
    if (plan_.cost() >= best_cost_) return;
    best_cost_ = plan_.cost();
    best_absent_ = static_cast<int>(plan_.absent().size());
    for (const int index : dirty_) {
        best_routes_[at(index)] = plan_.route(index).nodes;
        is_dirty_[at(index)] = 0;
    }
    dirty_.clear();
}

RouteNodes Search::routes() const {
    RouteNodes routes;
    for (int index = 0; index < plan_.route_count(); ++index)
        routes.push_back(plan_.route(index).nodes);
    return routes;
}

}  // namespace kernel
