#include "team.hpp"

#include <algorithm>

namespace kernel {

namespace {

// Up to this many stops, breeding a population beats one long annealing.
constexpr std::size_t kFewStops = 300;
constexpr double kFounding = 0.3;           // part of the budget for the founders
constexpr std::size_t kFounders = 14;       // at most
constexpr std::size_t kLeastFounders = 4;   // with fewer there is no time to breed
constexpr double kFounderLife = 100.0;      // iterations for each stop, at least
constexpr double kChildLife = 0.14;         // of a founder's
constexpr double kChildHeat = 0.07;         // of what a founder begins with
constexpr double kRepeatHeat = 0.3;
constexpr std::size_t kMeeting = 4;         // of a population, to meet the best of those before
constexpr double kLastFounding = 0.8;       // of the budget; after it no population is begun

constexpr double kRoundPart = 0.02;      // of the budget
constexpr double kShortestRound_s = 0.05;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

Team::Team(const Problem& problem, std::uint64_t seed, int threads, Budget budget)
    : problem_(&problem), budget_(budget), rng_(seed ^ 0x5851f42d4c957f2dULL) {
    for (int index = 0; index < std::max(threads, 1); ++index)
        searches_.push_back(std::make_unique<Search>(
            problem, seed + 0x9e3779b97f4a7c15ULL * static_cast<std::uint64_t>(index)));
    if (problem.stops.size() <= kFewStops) population_.emplace(problem);
    living_.resize(searches_.size());
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
    if (population_) return breed(until);
    if (searches_.size() == 1) {
        searches_.front()->run(budget_, temperatures_, {until});
        return;
    }
    if (!in_round_) begin_round();
    help([this](std::size_t index, const Pause& pause) {
        searches_[index]->run(budget_, temperatures_, {std::min(round_end_, pause.moment), pause.signal});
    });
    searches_.front()->run(budget_, temperatures_, {std::min(until, round_end_)});
    if (Clock::now() >= round_end_ || finished()) {
        pause();
        end_round();
    }
}

void Team::breed(Clock::time_point until) {
    help([this](std::size_t index, const Pause& pause) { live(index, pause); });
    live(0, {std::min(until, budget_.end())});
}

// Sets all searches but the first to work, if they are not.
template <typename Work>
void Team::help(Work&& work) {
    if (!helpers_.empty()) return;
    const Pause pause{budget_.end(), &paused_};
    for (std::size_t index = 1; index < searches_.size(); ++index)
        helpers_.emplace_back([work, index, pause] { work(index, pause); });
}

void Team::pause() {
    paused_ = true;
    for (std::thread& helper : helpers_) helper.join();
    helpers_.clear();
    paused_ = false;
}

void Team::live(std::size_t index, const Pause& pause) {
    Living& living = living_[index];
    while (living.active || next_life(index)) {
        if (!searches_[index]->run(living.budget, living.temperatures, pause)) return;
        end_life(index);
    }
}

// False where the budget is used up.
bool Team::next_life(std::size_t index) {
    Living& living = living_[index];
    {
        const std::scoped_lock guard(lock_);
        const double used = budget_.used(searches_[index]->iterations());
        if (used >= 1.0) return false;
        if (founded_ && population_->stands_still()) renew(used);
        // Another thread may still be at the first founder when its time is over.
        founded_ = founded_ || population_->size() >= kFounders ||
                   (population_->size() > 0 && used >= begun_at_ + kFounding * (1.0 - begun_at_));
        living.temperatures = temperatures_;
        double length = founder_life();
        if (!founded_) {
            living.life = {.routes = routes_};
        } else if (population_->size() >= kLeastFounders) {
            living.life = population_->breed(rng_);
            living.temperatures.hot *= kChildHeat;
            length *= kChildLife;
        } else {  // the rest of the budget is one life
            living.life = {.routes = population_->best_routes()};
            living.temperatures.hot *= kRepeatHeat;
            length = 1e15;
        }
        living.temperatures.hot = std::max(living.temperatures.hot, living.temperatures.cold);
        living.budget = {static_cast<std::int64_t>(length), {}, Clock::now()};
        if (budget_.iterations)
            living.budget.iterations = std::min(
                *living.budget.iterations, *budget_.iterations - searches_[index]->iterations());
        if (budget_.seconds) living.budget.seconds = *budget_.seconds - budget_.elapsed_s();
    }
    living.generation = generation_;
    searches_[index]->begin(living.life.routes);
    living.active = true;
    return true;
}

// A population that stands still first meets the best of those before it, then makes room for
// another.
void Team::renew(double used) {
    if (champion_ && !met_champion_) {
        population_->shrink(kMeeting);
        population_->take({}, champion_->first, champion_->second);
        met_champion_ = true;
    } else if (used < kLastFounding) {
        champion_.emplace(population_->best_routes(), population_->best_cost());
        population_.emplace(*problem_);
        founded_ = false;
        met_champion_ = false;
        begun_at_ = used;
    } else {
        return;
    }
    ++generation_;
}

// Iterations of a founder's life: as many as leave time for all founders, if that is known.
double Team::founder_life() const {
    const double least = kFounderLife * static_cast<double>(problem_->stops.size());
    double all = 0.0;
    if (budget_.iterations) {
        all = static_cast<double>(*budget_.iterations);
        if (kFounding * all < static_cast<double>(kLeastFounders) * least) return all;
    } else if (lived_ > 0) {
        all = static_cast<double>(lived_) * *budget_.seconds / budget_.elapsed_s();
    }
    all *= 1.0 - begun_at_;
    return std::max(least, kFounding * all / static_cast<double>(kFounders));
}

void Team::end_life(std::size_t index) {
    const Search& search = *searches_[index];
    const std::scoped_lock guard(lock_);
    if (living_[index].generation == generation_)
        population_->take(living_[index].life, search.best_routes(), search.best_cost());
    living_[index].active = false;
    lived_ += search.done();
    if (search.best_cost() >= best_cost_) return;
    best_cost_ = search.best_cost();
    best_absent_ = search.best_absent();
    best_routes_ = search.best_routes();
}

void Team::begin_round() {
    std::vector<Share> shares = cut();
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
    std::int64_t cost = cost_;
    for (const auto& search : searches_) cost += search->plan().cost() - cost_;
    for (int index = 0; index < static_cast<int>(routes_.size()); ++index)
        routes_[at(index)] = searches_[owner_[at(index)]]->plan().route(index).nodes;
    cost_ = cost;
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
    if (population_) return bred_best() == nullptr ? best_routes_ : bred_best()->best_routes();
    if (searches_.size() == 1) return searches_.front()->best_routes();
    if (!in_round_ || best_cost() >= best_cost_) return best_routes_;
    RouteNodes routes(routes_.size());
    for (std::size_t index = 0; index < routes_.size(); ++index)
        routes[index] = searches_[owner_[index]]->best_routes()[index];
    return routes;
}

std::int64_t Team::best_cost() const {
    if (population_) return bred_best() == nullptr ? best_cost_ : bred_best()->best_cost();
    if (searches_.size() == 1) return searches_.front()->best_cost();
    if (!in_round_) return best_cost_;
    std::int64_t cost = cost_;
    for (const auto& search : searches_) cost += search->best_cost() - cost_;
    return std::min(cost, best_cost_);
}

// The search whose life has gone beyond all that ended before, if there is one.
const Search* Team::bred_best() const {
    const Search* best = nullptr;
    std::int64_t cost = best_cost_;
    for (std::size_t index = 0; index < searches_.size(); ++index) {
        if (!living_[index].active || searches_[index]->best_cost() >= cost) continue;
        best = searches_[index].get();
        cost = best->best_cost();
    }
    return best;
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
