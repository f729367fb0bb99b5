// Greedy insertion with blinks, over the places next to near stops.
#pragma once

#include <cstdint>
#include <vector>

#include "insertion.hpp"
#include "plan.hpp"
#include "rng.hpp"
#include "ruin.hpp"

namespace kernel {

// Christiaens and Vanden Berghe (2020), section 5.3, with places limited to those beside near
// stops and at the head of near vehicles' routes.
class Recreate {
public:
    explicit Recreate(const Problem& problem);

    // Inserts what it can of `stops`, in a random one of several orders, where it costs least and
    // less than leaving it out, or not too much more at this temperature: two stops may be worth
    // a detour that neither is worth alone. Then drops needless hub visits and moves breaks.
    // `thorough` is the chance of a look at all places where no near one will do. Gives up, and
    // returns false, once the plan can only become dearer than `limit`. With `rare_first` those that
    // few vehicles may serve mostly come first.
    bool apply(Plan& plan, const Share& share, Judge& judge, Rng& rng, double temperature,
               double thorough, std::int64_t limit, bool rare_first,
               std::vector<std::int32_t>& stops);

    // The best place for a stop among those beside near stops; with `everywhere`, among all.
    void find(Plan& plan, const Share& share, Judge& judge, Rng& rng, std::int32_t stop,
              bool everywhere, Placing& best);

    void tidy(Plan& plan, Judge& judge);

private:
    void sort(Rng& rng, bool rare_first, std::vector<std::int32_t>& stops);
    void find_near(Plan& plan, Judge& judge, Rng& rng, std::int32_t stop, Placing& best);
    void find_behind(Plan& plan, Judge& judge, Rng& rng, std::int32_t stop, Placing& best);
    void find_before(Plan& plan, Judge& judge, Rng& rng, std::int32_t stop, Placing& best);
    void consider(const Route& route, Judge& judge, int slot, std::int32_t stop, Placing& best,
                  const Leg* to, const Leg* from);
    void find_heads(Plan& plan, const Share& share, Judge& judge, std::int32_t stop,
                    Placing& best);
    bool left_out_instead(const Stop& stop, double temperature, Rng& rng) const;
    bool blinks(Rng& rng);

    const Problem* problem_;
    std::vector<std::int64_t> far_;      // per stop: drive from the nearest vehicle's start
    std::vector<std::int64_t> demand_;   // per stop: share of the largest capacity, in millionths
    std::vector<std::int64_t> able_;     // per stop: vehicles that may serve it
    std::vector<std::int64_t> shortest_;  // per stop: least service time, without set-up
    // What the gaps beside near stops are judged by, one cache line for two vehicles.
    struct Rates {
        std::int64_t per_s;
        std::int64_t per_m;
        std::int32_t profile;
        bool bounded;  // a drive is known beforehand, and longer ones cost more
        bool known;    // drives are known beforehand
    };
    std::vector<Rates> rates_;  // per vehicle
    std::int64_t longest_setup_s_ = 0;
    bool dear_ = false;  // some near place was refused for its cost alone
    std::vector<std::uint16_t> open_gaps_;  // scratch: places in a list of neighbours
    std::vector<std::uint64_t> seen_;    // per stop: the search that looked behind it last
    std::uint64_t search_ = 0;
    int until_blink_ = 0;
    std::vector<std::pair<std::int64_t, std::int32_t>> keyed_;
    std::vector<std::int32_t> nodes_;
    Placing best_;
};

}  // namespace kernel
