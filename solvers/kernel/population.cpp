#include "population.hpp"

#include <algorithm>

namespace kernel {

namespace {

constexpr double kLeastTaken = 0.2;  // of the routes, from the father
constexpr double kMostTaken = 0.6;
constexpr int kInVain = 50;  // children

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

Life Population::breed(Rng& rng) const {
    const auto count = static_cast<int>(members_.size());
    Life life;
    life.founder = false;
    life.mother = at(rng.below(count));
    life.father = at(rng.below(count - 1));
    if (life.father >= life.mother) ++life.father;
    const Member& mother = members_[life.mother];
    const Member& father = members_[life.father];
    life.routes = mother.routes;

    const auto used = std::count_if(father.routes.begin(), father.routes.end(),
                                    [](const auto& nodes) { return !nodes.empty(); });
    const double part = kLeastTaken + (kMostTaken - kLeastTaken) * rng.unit();
    const auto wanted = std::max<std::size_t>(
        1, static_cast<std::size_t>(part * static_cast<double>(used)));
    const std::vector<int> taken =
        routes_around(father, rng.below(problem_->stop_count()), wanted);

    std::vector<std::uint8_t> moved(problem_->stops.size(), 0);
    for (const int route : taken)
        for (const std::int32_t node : father.routes[at(route)])
            if (problem_->is_stop(node)) moved[at(node)] = 1;
    std::vector<std::uint8_t> given(life.routes.size(), 0);
    for (const int route : taken) {
        const auto& visits = father.routes[at(route)];
        const int place = place_for(life.routes, visits, route, moved, given);
        given[at(place)] = 1;
        life.routes[at(place)] = visits;
    }
    for (std::size_t route = 0; route < life.routes.size(); ++route)
        if (!given[route])
            std::erase_if(life.routes[route], [&](std::int32_t node) {
                return problem_->is_stop(node) && moved[at(node)];
            });
    return life;
}

// The routes of the stops nearest to `stop`.
std::vector<int> Population::routes_around(const Member& member, std::int32_t stop,
                                           std::size_t wanted) const {
    std::vector<int> owner(problem_->stops.size(), -1);
    for (std::size_t route = 0; route < member.routes.size(); ++route)
        for (const std::int32_t node : member.routes[route])
            if (problem_->is_stop(node)) owner[at(node)] = static_cast<int>(route);
    std::vector<int> found;
    const auto visit = [&](std::int32_t other) {
        const int route = owner[at(other)];
        if (route >= 0 && found.size() < wanted &&
            std::find(found.begin(), found.end(), route) == found.end())
            found.push_back(route);
    };
    visit(stop);
    for (const std::int32_t other : problem_->near_stops[at(stop)]) visit(other);
    return found;
}

// Which vehicle drives the father's route: the same one, or of those alike the one whose route has
// most stops in common with it.
int Population::place_for(const RouteNodes& child, const std::vector<std::int32_t>& visits,
                          int route, const std::vector<std::uint8_t>& moved,
                          const std::vector<std::uint8_t>& given) const {
    const auto& members = problem_->groups[at(problem_->vehicle(route).group)];
    if (members.size() == 1) return route;
    std::vector<std::int32_t> sorted = visits;
    std::sort(sorted.begin(), sorted.end());
    int best = -1;
    std::ptrdiff_t most = -1;
    for (const std::int32_t member : members) {
        if (given[at(member)]) continue;
        const auto& nodes = child[at(member)];
        const auto shared = std::count_if(nodes.begin(), nodes.end(), [&](std::int32_t node) {
            return problem_->is_stop(node) && moved[at(node)] &&
                   std::binary_search(sorted.begin(), sorted.end(), node);
        });
        if (shared > most) {
            most = shared;
            best = member;
        }
    }
    return best;
}

void Population::take(const Life& life, const RouteNodes& routes, std::int64_t cost) {
    if (life.founder) {
        members_.push_back({routes, cost});
    } else {
        ++in_vain_;
        for (const Member& member : members_)
            if (member.cost == cost) return;
        const auto dearer = [&](std::size_t a, std::size_t b) {
            return members_[a].cost < members_[b].cost ? b : a;
        };
        std::size_t place = dearer(life.mother, life.father);
        if (cost >= members_[place].cost)
            for (std::size_t other = 0; other < members_.size(); ++other)
                place = dearer(place, other);
        if (cost >= members_[place].cost) return;
        if (cost < members_[best_].cost) in_vain_ = 0;
        members_[place] = {routes, cost};
    }
    for (std::size_t place = 0; place < members_.size(); ++place)
        if (members_[place].cost < members_[best_].cost) best_ = place;
}

bool Population::stands_still() const { return in_vain_ >= kInVain; }

void Population::shrink(std::size_t size) {
    std::sort(members_.begin(), members_.end(),
              [](const Member& a, const Member& b) { return a.cost < b.cost; });
    members_.resize(std::min(members_.size(), size));
    best_ = 0;
    in_vain_ = 0;
}

}  // namespace kernel
