// Removal of strings of stops that lie near each other on several routes.
#pragma once

#include <cstdint>
#include <vector>

#include "plan.hpp"
#include "rng.hpp"

namespace kernel {

// The part of a plan one search may change: its routes and the stops on them or on none.
struct Share {
    std::vector<std::uint8_t> routes;  // 1: may change
    std::vector<std::uint8_t> stops;   // 1: may move
    std::vector<std::int32_t> seeds;   // the stops that may move

    static Share whole(const Problem& problem);
};

// Adjacent string removal after Christiaens and Vanden Berghe (2020), section 5.2.
class Ruin {
public:
    explicit Ruin(const Problem& problem);

    // Removes strings around a random stop. Those removed are appended to `removed`, and absent
    // stops met on the way, which might fit now, to `met`.
    void apply(Plan& plan, const Share& share, Rng& rng, std::vector<std::int32_t>& removed,
               std::vector<std::int32_t>& met);

    // Empties up to three routes near an absent stop whose vehicles may serve it.
    void clear_for(std::int32_t absent, Plan& plan, const Share& share, Rng& rng,
                   std::vector<std::int32_t>& removed);

private:
    void remove_string(Plan& plan, int route, std::int32_t around, int longest, Rng& rng,
                       std::vector<std::int32_t>& removed);
    void empty_out(Plan& plan, int route, std::vector<std::int32_t>& removed);
    int mean_length(const Plan& plan, const Share& share);

    const Problem* problem_;
    std::vector<std::uint32_t> ruined_;  // per route: the round in which it was ruined
    std::uint32_t round_ = 0;
    int mean_length_ = 1;
    std::vector<std::int32_t> nodes_;
    std::vector<std::size_t> places_;
    std::vector<std::uint8_t> cut_;
};

}  // namespace kernel
