// Plans of one problem that are bred for better ones.
#pragma once

#include <cstdint>
#include <vector>

#include "clock.hpp"
#include "problem.hpp"
#include "rng.hpp"

namespace kernel {

// What a search is to anneal next.
struct Life {
    RouteNodes routes;    // where it starts
    bool founder = true;  // from the beginning, else a child of two plans
    std::size_t mother = 0;
    std::size_t father = 0;
};

// A few plans, each annealed for a short while, take over routes from each other. On some hundred
// stops this comes nearer to the best than one long annealing, whose course is decided while it is
// hot. A child gets the routes of one parent around a random stop and the others from the other
// parent, in the manner of the selective route exchange of Nagata and Kobayashi, *A memetic
// algorithm for the pickup and delivery problem with time windows using selective route exchange
// crossover*, PPSN XI, 2010.
class Population {
public:
    explicit Population(const Problem& problem) : problem_(&problem) {}

    std::size_t size() const { return members_.size(); }

    // A child of two members, of which there must be two.
    Life breed(Rng& rng) const;

    // Takes the outcome of a life in: founders always, children in the place of the dearer parent
    // or of the dearest member where they are cheaper, and none twice.
    void take(const Life& life, const RouteNodes& routes, std::int64_t cost);

    // Whether the latest children were all no better than what there is.
    bool stands_still() const;

    // Keeps the cheapest members only.
    void shrink(std::size_t size);

    const RouteNodes& best_routes() const { return members_[best_].routes; }
    std::int64_t best_cost() const { return members_[best_].cost; }

private:
    struct Member {
        RouteNodes routes;
        std::int64_t cost;
    };

    std::vector<int> routes_around(const Member& member, std::int32_t stop,
                                   std::size_t wanted) const;
    int place_for(const RouteNodes& child, const std::vector<std::int32_t>& visits, int route,
                  const std::vector<std::uint8_t>& moved, const std::vector<std::uint8_t>& given)
        const;

    const Problem* problem_;
    std::vector<Member> members_;
    std::size_t best_ = 0;
    int in_vain_ = 0;  // children since one was taken in
};

}  // namespace kernel
