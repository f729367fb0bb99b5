#include "team.hpp"

#include <algorithm>
#include <thread>

namespace kernel {

namespace {

// Below this many stops a thread has too little to do on a share of its own.
constexpr std::size_t kLeastShare = 150;
constexpr double kRoundPart = 0.02;      // of the budget
constexpr double kShortestRound_s = 0.05;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

Team::Team(const Problem& problem, std::uint64_t seed, int threads, Budget budget)
    : problem_(&problem), budget_(budget), rng_(seed ^ 0x5851f42d4c957f2dULL) {
    for (int index = 0; index < std::max(threads, 1); ++index)
        searches_.push_back(std::make_unique<Search>(
            problem, seed + 0x9e3779b97f4a7c15ULL * static_cast<std::uint64_t>(index)));
    shared_ = searches_.size() > 1 && problem.stops.size() >= kLeastShare * searches_.size();
}

void Team::start(const RouteNodes& routes) { searches_.front()->start(routes); }

bool Team::finished() const {
    return phase_ == Phase::kProven ||
           (phase_ == Phase::kSearching && budget_.used(searches_.front()->iterations()) >= 1.0);
}

bool Team::step(double seconds) {
    const auto until =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(
                           std::chrono::duration<double>(std::max(seconds, 0.0)));
    switch (phase_) {
        case Phase::kConstructing:
            // A first plan is always made whole: without one there is little to stop with.
            if (searches_.front()->construct(until))
                begin_search();
            else
                note_first();
            break;
        case Phase::kEnumerating:
            enumerate(std::min(until, budget_.end()));
            break;
        case Phase::kSearching:
            search(until);
            break;
        case Phase::kProven:
            break;
    }
    return finished();
}

void Team::begin_search() {
    temperatures_ = searches_.front()->temperatures();
    temperatures_.hot = std::max(temperatures_.hot * heat_, temperatures_.cold);
    note_first();
    phase_ = Phase::kSearching;
    if (!Exact::suits(*problem_)) return;
    exact_.emplace(*problem_, best_cost_);
    phase_ = Phase::kEnumerating;
}

void Team::enumerate(Clock::time_point until) {
    const bool ended = exact_->run(until);
    if (!ended && Clock::now() < budget_.end()) return;
    phase_ = Phase::kSearching;
    if (ended) {
        if (exact_->found()) {
            searches_.front()->take_share(Share::whole(*problem_), exact_->routes());
            note_first();
        }
        if (exact_->proven()) phase_ = Phase::kProven;
    }
    exact_.reset();
}

void Team::note_first() {
    const Search& first = *searches_.front();
    routes_ = best_routes_ = first.routes();
    cost_ = best_cost_ = first.plan().cost();
    best_absent_ = first.best_absent();
}

void Team::search(Clock::time_point until) {
    if (searches_.size() == 1) {
        searches_.front()->run(budget_, temperatures_, until);
        return;
    }
    if (!in_round_) begin_round();
    const auto stop_at = std::min(until, round_end_);
    std::vector<std::thread> helpers;
    for (std::size_t index = 1; index < searches_.size(); ++index)
        helpers.emplace_back([&, index] { searches_[index]->run(budget_, temperatures_, stop_at); });
    searches_.front()->run(budget_, temperatures_, stop_at);
    for (std::thread& helper : helpers) helper.join();
    if (Clock::now() >= round_end_ || finished()) end_round();
}

void Team::begin_round() {
    std::vector<Share> shares;
    if (shared_)
        shares = cut();
    else
        shares.assign(searches_.size(), Share::whole(*problem_));
    for (std::size_t index = 0; index < searches_.size(); ++index)
        searches_[index]->take_share(std::move(shares[index]), routes_);
    const double part = kRoundPart * budget_.seconds.value_or(0.0);
    round_end_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                    std::chrono::duration<double>(std::max(part, kShortestRound_s)));
    in_round_ = true;
}

void Team::end_round() {
    best_routes_ = best_routes();
    best_absent_ = best_absent();
    best_cost_ = best_cost();
    in_round_ = false;
    if (shared_) {
        std::int64_t cost = cost_;
        for (const auto& search : searches_) cost += search->plan().cost() - cost_;
        for (int index = 0; index < static_cast<int>(routes_.size()); ++index)
            routes_[at(index)] = searches_[owner_[at(index)]]->plan().route(index).nodes;
        cost_ = cost;
        return;
    }
    const auto better = [](const auto& a, const auto& b) { return a->plan().cost() < b->plan().cost(); };
    const auto& best = *std::min_element(searches_.begin(), searches_.end(), better);
    routes_ = best->routes();
    cost_ = best->plan().cost();
}

std::vector<Share> Team::cut() {
    const Travel& travel = *problem_->travel.front();
    const auto far = [&](std::int32_t from, std::int32_t place) {
        return place < 0 ? 0 : travel.leg(problem_->stop(from).location, place, 0).s;
    };
    const int stops = problem_->stop_count();
    const std::int32_t left = rng_.below(stops);
    std::int32_t right = left;
    for (int draw = 0; draw < 8; ++draw) {
        const std::int32_t other = rng_.below(stops);
        if (far(left, problem_->stop(other).location) > far(left, problem_->stop(right).location))
            right = other;
    }
    const auto side = [&](std::int32_t place) { return far(left, place) - far(right, place); };
    std::vector<std::pair<std::int64_t, int>> order;
    std::vector<int> idle;
    int served = 0;
    for (int index = 0; index < static_cast<int>(routes_.size()); ++index) {
        std::int64_t sum = 0;
        int count = 0;
        for (const std::int32_t node : routes_[at(index)]) {
            if (!problem_->is_stop(node)) continue;
            sum += side(problem_->stop(node).location);
            ++count;
        }
        if (count == 0) {
            idle.push_back(index);
            continue;
        }
        served += count;
        order.emplace_back(sum / count, index);
    }
    std::sort(order.begin(), order.end());

    const int parts = static_cast<int>(searches_.size());
    std::vector<Share> shares(searches_.size());
    for (Share& share : shares) {
        share.routes.assign(routes_.size(), 0);
        share.stops.assign(problem_->stops.size(), 0);
    }
    owner_.assign(routes_.size(), 0);
    std::vector<std::int64_t> bounds;  // of the sides, between one part and the next
    int done = 0;
    int part = 0;
    const auto give = [&](int to, int route) {
        owner_[at(route)] = static_cast<std::uint8_t>(to);
        shares[at(to)].routes[at(route)] = 1;
    };
    for (const auto& [mean, index] : order) {
        if (part + 1 < parts && done * parts >= served * (part + 1)) {
            ++part;
            bounds.push_back(mean);
        }
        give(part, index);
        for (const std::int32_t node : routes_[at(index)]) {
            if (!problem_->is_stop(node)) continue;
            shares[at(part)].stops[at(node)] = 1;
            shares[at(part)].seeds.push_back(node);
            ++done;
        }
    }
    const auto part_of = [&](std::int32_t place) {
        const std::int64_t where = side(place);
        return static_cast<int>(std::upper_bound(bounds.begin(), bounds.end(), where) - bounds.begin());
    };
    for (std::size_t place = 0; place < idle.size(); ++place) {
        const Vehicle& vehicle = problem_->vehicle(idle[place]);
        const bool alike = problem_->groups[at(vehicle.group)].size() > 1 || vehicle.start < 0;
        give(alike ? static_cast<int>(place) % parts : part_of(vehicle.start), idle[place]);
    }
    std::vector<std::uint8_t> placed(problem_->stops.size(), 0);
    for (const auto& route : routes_)
        for (const std::int32_t node : route)
            if (problem_->is_stop(node)) placed[at(node)] = 1;
    for (std::int32_t stop = 0; stop < stops; ++stop) {
        if (placed[at(stop)]) continue;
        Share& share = shares[at(part_of(problem_->stop(stop).location))];
        share.stops[at(stop)] = 1;
        share.seeds.push_back(stop);
    }
    return shares;
}

RouteNodes Team::best_routes() const {
    if (searches_.size() == 1) return searches_.front()->best_routes();
    if (!in_round_ || best_cost() >= best_cost_) return best_routes_;
    RouteNodes routes(routes_.size());
    if (!shared_) {
        for (const auto& search : searches_)
            if (search->best_cost() == best_cost()) return search->best_routes();
    }
    for (std::size_t index = 0; index < routes_.size(); ++index)
        routes[index] = searches_[owner_[index]]->best_routes()[index];
    return routes;
}

std::int64_t Team::best_cost() const {
    if (searches_.size() == 1) return searches_.front()->best_cost();
    if (!in_round_) return best_cost_;
    std::int64_t cost = cost_;
    if (shared_) {
        for (const auto& search : searches_) cost += search->best_cost() - cost_;
    } else {
        for (const auto& search : searches_) cost = std::min(cost, search->best_cost());
    }
    return std::min(cost, best_cost_);
}

int Team::best_absent() const {
    std::vector<std::uint8_t> served(problem_->stops.size(), 0);
    int count = problem_->stop_count();
    for (const auto& route : best_routes())
        for (const std::int32_t node : route)
            if (problem_->is_stop(node) && !served[at(node)]) {
                served[at(node)] = 1;
                --count;
            }
    return count;
}

std::int64_t Team::iterations() const {
    std::int64_t sum = 0;
    for (const auto& search : searches_) sum += search->iterations();
    return sum;
}

}  // namespace kernel
