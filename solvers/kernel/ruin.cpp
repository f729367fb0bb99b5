#include "ruin.hpp"

#include <algorithm>

namespace kernel {

namespace {

constexpr double kMeanRemoved = 10.0;     // stops removed in the mean
constexpr int kLongestString = 10;        // at most, on one route
constexpr double kSplitChance = 0.5;      // of a string with a preserved middle
constexpr double kLongerMiddle = 0.01;    // chance that the preserved middle grows by one
constexpr std::uint32_t kMeanEvery = 256; // rounds between two looks at the mean route length
constexpr std::size_t kMostMet = 10;
constexpr int kMostCleared = 3;           // routes emptied for one stop, at most
constexpr double kPassedOver = 0.3;       // chance that a near stop's route is not emptied

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

Share Share::whole(const Problem& problem) {
    Share share{std::vector<std::uint8_t>(problem.vehicles.size(), 1),
                std::vector<std::uint8_t>(problem.stops.size(), 1),
                {}};
    for (std::int32_t stop = 0; stop < problem.stop_count(); ++stop) share.seeds.push_back(stop);
    return share;
}

Ruin::Ruin(const Problem& problem)
    : problem_(&problem), ruined_(problem.vehicles.size(), 0) {}

void Ruin::apply(Plan& plan, const Share& share, Rng& rng, std::vector<std::int32_t>& removed,
                 std::vector<std::int32_t>& met) {
    if (share.seeds.empty()) return;
    if (round_ % kMeanEvery == 0) mean_length_ = mean_length(plan, share);
    ++round_;
    const int longest = std::min(kLongestString, mean_length_);
    const double most_strings = 4.0 * kMeanRemoved / (1.0 + longest) - 1.0;
    const int strings = static_cast<int>(1.0 + rng.unit() * std::max(most_strings, 0.0));
    const std::int32_t seed = share.seeds[at(rng.below(static_cast<int>(share.seeds.size())))];
    int done = 0;
    const auto visit = [&](std::int32_t stop) {
        if (!share.stops[at(stop)]) return;
        const int route = plan.route_of(stop);
        if (route < 0) {
            if (met.size() < kMostMet) met.push_back(stop);
            return;
        }
        if (!share.routes[at(route)] || ruined_[at(route)] == round_) return;
        if (plan.slot_of(stop) <= plan.route(route).fixed) return;
        ruined_[at(route)] = round_;
        remove_string(plan, route, stop, longest, rng, removed);
        ++done;
    };
    visit(seed);
    for (const std::int32_t stop : problem_->near_stops[at(seed)]) {
        if (done >= strings) break;
        visit(stop);
    }
}

void Ruin::clear_for(std::int32_t absent, Plan& plan, const Share& share, Rng& rng,
                     std::vector<std::int32_t>& removed) {
    ++round_;
    int wanted = 1 + rng.below(kMostCleared);
    for (const std::int32_t stop : problem_->near_stops[at(absent)]) {
        const int route = plan.route_of(stop);
        if (route < 0 || !share.routes[at(route)] || ruined_[at(route)] == round_ ||
            !problem_->may_serve(absent, route) || rng.unit() < kPassedOver)
            continue;
        ruined_[at(route)] = round_;
        empty_out(plan, route, removed);
        if (--wanted == 0) return;
    }
}

void Ruin::remove_string(Plan& plan, int index, std::int32_t around, int longest, Rng& rng,
                         std::vector<std::int32_t>& removed) {
    const Route& route = plan.route(index);
    places_.clear();
    int centre = 0;
    for (auto place = static_cast<std::size_t>(route.fixed); place < route.nodes.size(); ++place) {
        if (!problem_->is_stop(route.nodes[place])) continue;
        if (route.nodes[place] == around) centre = static_cast<int>(places_.size());
        places_.push_back(place);
    }
    const int count = static_cast<int>(places_.size());
    const int length = 1 + rng.below(std::min(longest, count));
    int middle = 0;
    if (length > 1 && length < count && rng.unit() < kSplitChance) {
        middle = 1;
        while (length + middle < count && rng.unit() < kLongerMiddle) ++middle;
    }
    const int span = length + middle;
    const int first_low = std::max(0, centre - span + 1);
    const int first_high = std::min(centre, count - span);
    const int first = first_low + rng.below(first_high - first_low + 1);
    int kept_from = 0;
    if (middle > 0) kept_from = 1 + rng.below(length - 1);

    nodes_ = route.nodes;
    cut_.assign(nodes_.size(), 0);
    for (int step = 0; step < span; ++step) {
        if (middle > 0 && step >= kept_from && step < kept_from + middle) continue;
        const std::size_t place = places_[at(first + step)];
        cut_[place] = 1;
        removed.push_back(nodes_[place]);
    }
    std::size_t kept = 0;
    for (std::size_t place = 0; place < nodes_.size(); ++place)
        if (!cut_[place]) nodes_[kept++] = nodes_[place];
    nodes_.resize(kept);
    plan.assign(index, nodes_);
    // Where travel times break the triangle inequality, or the break was only just taken in
    // time, fewer stops may be harder to serve.
    if (!plan.route(index).sums.valid) empty_out(plan, index, removed);
}

void Ruin::empty_out(Plan& plan, int index, std::vector<std::int32_t>& removed) {
    const Route& route = plan.route(index);
    const auto fixed = static_cast<std::size_t>(route.fixed);
    for (std::size_t place = fixed; place < route.nodes.size(); ++place)
        if (problem_->is_stop(route.nodes[place])) removed.push_back(route.nodes[place]);
    nodes_.assign(route.nodes.begin(), route.nodes.begin() + static_cast<std::ptrdiff_t>(fixed));
    plan.assign(index, nodes_);
}

int Ruin::mean_length(const Plan& plan, const Share& share) {
    int used = 0;
    int served = 0;
    for (int index = 0; index < plan.route_count(); ++index) {
        if (!share.routes[at(index)] || plan.route(index).empty()) continue;
        ++used;
        served += plan.route(index).sums.stops;
    }
    return used == 0 ? 1 : std::max(1, (served + used / 2) / used);
}

}  // namespace kernel
