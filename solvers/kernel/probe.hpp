// The drives of a candidate, written into the travel sources only where they are looked at.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "travel.hpp"

namespace kernel {

// A location kept for stops that are only asked about. Writing all their drives into matrices
// touches thousands of cache lines, of which a query reads a handful; so rows stay where they are
// until a drive between the candidate and one other place is needed.
class Probe {
public:
    // The last location of every source is the one kept.
    explicit Probe(std::vector<std::shared_ptr<Travel>> travel);

    int location() const { return location_; }
    std::size_t profiles() const { return travel_.size(); }
    const Travel& travel(std::size_t profile) const { return *travel_[profile]; }

    // A new candidate: `set` must follow for each profile.
    void forget();
    // The rows must stay where they are until the next `forget`.
    void set(std::size_t profile, const Travel::Rows& rows);
    void set(std::size_t profile, int count, std::int64_t x_m, std::int64_t y_m);

    // Drives of a profile whose travel is constant; `other` may be -1 for nowhere.
    // From the other place to the candidate.
    Leg to(std::size_t profile, int other) const {
        if (other < 0) return {};
        const Given& given = given_[profile];
        if (other >= given.count) return {0, 0, false};
        if (given.rows.to_s == nullptr) return travel(profile).straight(other, location_, 0);
        return leg_of({given.rows.to_s[other], given.rows.to_m[other]});
    }
    // And back.
    Leg from(std::size_t profile, int other) const {
        if (other < 0) return {};
        const Given& given = given_[profile];
        if (other >= given.count) return {0, 0, false};
        if (given.rows.to_s == nullptr) return travel(profile).straight(location_, other, 0);
        return leg_of({given.rows.from_s[other], given.rows.from_m[other]});
    }

    // Lets the source of the profile know the drives to and from `other`, or all of them.
    void join(std::size_t profile, int other);
    void join_all();

private:
    struct Given {
        Travel::Rows rows;
        int count = 0;  // 0: nothing given yet
    };

    std::vector<std::shared_ptr<Travel>> travel_;
    int location_;
    std::vector<Given> given_;
    std::vector<std::vector<std::uint32_t>> joined_;  // by profile and location: the last candidate
    std::uint32_t candidate_ = 1;
};

}  // namespace kernel
