// Travel between locations, by departure time; the integers of solvers/travel.py.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "numbers.hpp"

namespace kernel {

// One drive. `m` and `s` are 0 where the arc may not be driven.
struct Leg {
    std::int64_t s = 0;
    std::int64_t m = 0;
    bool reachable = true;
};

// A constant arc as stored: seconds and metres side by side, so that one look-up fetches both.
struct Arc {
    std::int32_t s;
    std::int32_t m;
};

// The drive as stored; one too long to be stored counts as one that may not be driven.
inline Arc arc_of(const Leg& leg) {
    if (!leg.reachable || leg.s >= kUnreachable || leg.m >= kUnreachable)
        return {kUnreachable, kUnreachable};
    return {static_cast<std::int32_t>(leg.s), static_cast<std::int32_t>(leg.m)};
}

inline Leg leg_of(const Arc& arc) {
    if (arc.s == kUnreachable || arc.m == kUnreachable) return {0, 0, false};
    return {arc.s, arc.m, true};
}

class Travel {
public:
    // Matrices (breakpoints, size, size) and (1 or breakpoints, size, size), row-major.
    static Travel dense(int size, std::vector<std::int64_t> breakpoints_s,
                        std::vector<std::int32_t> durations_s,
                        std::vector<std::int32_t> distances_m) {
        Travel travel(size, std::move(breakpoints_s));
        if (travel.constant()) {
            travel.arcs_.resize(durations_s.size());
            for (std::size_t at = 0; at < durations_s.size(); ++at)
                travel.arcs_[at] = {durations_s[at], distances_m[at]};
            travel.tabulated_ = true;
        } else {
            travel.closes_ =
                std::find(durations_s.begin(), durations_s.end(), kUnreachable) !=
                durations_s.end();
            travel.durations_s_ = std::move(durations_s);
            travel.distances_m_ = std::move(distances_m);
        }
        return travel;
    }

    // Coordinates (size, 2) in whole metres and one speed for each breakpoint.
    static Travel plane(std::vector<std::int64_t> xy_m, std::int64_t detour_permille,
                         std::vector<std::int64_t> speeds_mm_s,
                         std::vector<std::int64_t> breakpoints_s) {
        Travel travel(static_cast<int>(xy_m.size() / 2), std::move(breakpoints_s));
        travel.xy_m_ = std::move(xy_m);
        travel.detour_permille_ = detour_permille;
        travel.speeds_mm_s_ = std::move(speeds_mm_s);
        travel.planar_ = true;
        if (travel.constant() && travel.size_ <= kTabulatedSize) travel.tabulate();
        return travel;
    }

    int size() const { return size_; }

    bool constant() const { return breakpoints_s_.size() == 1; }

    // Whether drives are computed from coordinates in metres, and these.
    bool planar() const { return planar_; }
    std::int64_t x(int location) const { return xy_m_[2 * static_cast<std::size_t>(location)]; }
    std::int64_t y(int location) const { return xy_m_[2 * static_cast<std::size_t>(location) + 1]; }

    // Drive when leaving at `depart_s`; a place of -1 stands for "nowhere", at no distance.
    Leg leg(int origin, int destination, std::int64_t depart_s) const {
        if (origin < 0 || destination < 0) return {};
        if (tabulated_) {
            return leg_of(arcs_[cell(0, origin, destination)]);
        }
        if (planar_) return planar_leg(origin, destination, depart_s);
        const std::int64_t s = interpolate(durations_s_, origin, destination, depart_s);
        const std::int64_t m = interpolate(distances_m_, origin, destination, depart_s);
        if (s == kUnreachable || m == kUnreachable) return {0, 0, false};
        return {s, m, true};
    }

    // Fetches what `leg` will look up, where that may be far from the processor.
    void prefetch(int origin, int destination) const {
        if (tabulated_ && origin >= 0 && destination >= 0)
            __builtin_prefetch(&arcs_[cell(0, origin, destination)]);
    }

    // Fewest seconds and metres of the drive at any time; 0 where it may be closed.
    Leg shortest(int origin, int destination) const {
        Leg best{kNever, kNever, true};
        for (const std::int64_t depart_s : breakpoints_s_) {
            const Leg drive = leg(origin, destination, depart_s);
            best.s = std::min(best.s, drive.s);
            best.m = std::min(best.m, drive.m);
        }
        return best;
    }

    // Seconds of the drive, good enough to tell near places from far ones.
    double roughly_s(int origin, int destination) const {
        if (origin < 0 || destination < 0) return 0.0;
        if (!planar_) return static_cast<double>(duration(origin, destination, 0));
        const auto dx = static_cast<double>(x(origin) - x(destination));
        const auto dy = static_cast<double>(y(origin) - y(destination));
        return std::sqrt(dx * dx + dy * dy) / static_cast<double>(speeds_mm_s_.front());
    }

    // Matrices of seconds and of metres.
    std::size_t layers() const { return breakpoints_s_.size(); }
    std::size_t distance_layers() const {
        return tabulated_ ? 1 : distances_m_.size() / cell(1, 0, 0);
    }

    // Drives of one location as rows of `count` entries, layer by layer: from the first `count`
    // locations to it, and from it to them. Values must not be negative.
    struct Rows {
        const std::int32_t* to_s = nullptr;
        const std::int32_t* to_m = nullptr;
        const std::int32_t* from_s = nullptr;
        const std::int32_t* from_m = nullptr;
        int count = 0;
    };

    // Gives location `at` other drives.
    void place(int at, const Rows& rows) {
        for (int other = 0; other < rows.count; ++other) join(at, other, rows);
        stay(at);
    }

    // The drives between `at` and one other location alone.
    void join(int at, int other, const Rows& rows) {
        const auto cell_of = [&](std::size_t layer) {
            return layer * static_cast<std::size_t>(rows.count) + static_cast<std::size_t>(other);
        };
        if (tabulated_) {
            arcs_[cell(0, other, at)] = {rows.to_s[other], rows.to_m[other]};
            arcs_[cell(0, at, other)] = {rows.from_s[other], rows.from_m[other]};
            return;
        }
        const auto fill = [&](std::vector<std::int32_t>& values, std::size_t depth,
                              const std::int32_t* to, const std::int32_t* from) {
            for (std::size_t layer = 0; layer < depth; ++layer) {
                const std::int32_t there = to[cell_of(layer)];
                const std::int32_t back = from[cell_of(layer)];
                closes_ = closes_ || there == kUnreachable || back == kUnreachable;
                values[cell(layer, other, at)] = there;
                values[cell(layer, at, other)] = back;
            }
        };
        fill(durations_s_, layers(), rows.to_s, rows.from_s);
        fill(distances_m_, distance_layers(), rows.to_m, rows.from_m);
    }

    // Moves location `at` of a planar source; drives to and from the first `count` locations
    // follow.
    void place(int at, int count, std::int64_t x_m, std::int64_t y_m) {
        put(at, x_m, y_m);
        for (int other = 0; tabulated_ && other < count; ++other) join(at, other);
        stay(at);
    }

    // Moves location `at` of a planar source, of whose drives none may be asked for that `join`
    // has not renewed since.
    void put(int at, std::int64_t x_m, std::int64_t y_m) {
        xy_m_[2 * static_cast<std::size_t>(at)] = x_m;
        xy_m_[2 * static_cast<std::size_t>(at) + 1] = y_m;
    }

    // The drives between `at` and one other location, from their coordinates.
    void join(int at, int other) {
        if (!tabulated_) return;
        const Leg drive = planar_leg(at, other, 0);
        if (drive.s >= kUnreachable || drive.m >= kUnreachable) {
            tabulated_ = false;
            return;
        }
        arcs_[cell(0, at, other)] = arcs_[cell(0, other, at)] = arc_of(drive);
    }

    // By how much at most a drive is longer than by way of another place, which is by rounding
    // alone; not reachable where a way round may be the shorter one.
    Leg rounding() const {
        if (!planar_ || !constant()) return {0, 0, false};
        const std::int64_t m = 2 + ceil_div(detour_permille_, 1000);
        return {ceil_div(m * 1000, speeds_mm_s_.front()), m, true};
    }

    // Some arc may be driven at one departure time and not at another.
    bool closes() const { return closes_; }

    // Latest departure, not before `earliest_s`, that arrives by `arrive_by_s`; `earliest_s`
    // where even that is too late.
    std::int64_t latest_departure(int origin, int destination, std::int64_t earliest_s,
                                  std::int64_t arrive_by_s) const {
        std::int64_t low = earliest_s;
        if (constant())
            return std::max(low, arrive_by_s - duration(origin, destination, low));
        std::int64_t high = std::max(low, arrive_by_s);
        while (low < high) {
            const std::int64_t middle = low + (high - low + 1) / 2;
            if (middle + duration(origin, destination, middle) <= arrive_by_s)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    // Drive of a planar source from its coordinates, whatever its table says.
    Leg straight(int origin, int destination, std::int64_t depart_s) const {
        return planar_leg(origin, destination, depart_s);
    }

private:
    // Up to this size a table costs less time than the formula and little memory.
    static constexpr int kTabulatedSize = 2500;

    Travel(int size, std::vector<std::int64_t> breakpoints_s)
        : size_(size), breakpoints_s_(std::move(breakpoints_s)) {}

    // Seconds of the drive; kUnreachable, as a number of seconds, where its time is unknown.
    std::int64_t duration(int origin, int destination, std::int64_t depart_s) const {
        if (tabulated_) return arcs_[cell(0, origin, destination)].s;
        if (planar_) return planar_leg(origin, destination, depart_s).s;
        return interpolate(durations_s_, origin, destination, depart_s);
    }

    std::size_t cell(std::size_t layer, int origin, int destination) const {
        const auto side = static_cast<std::size_t>(size_);
        return (layer * side + static_cast<std::size_t>(origin)) * side +
               static_cast<std::size_t>(destination);
    }

    void stay(int at) {
        if (tabulated_) arcs_[cell(0, at, at)] = {0, 0};
        for (std::size_t layer = 0; !durations_s_.empty() && layer < layers(); ++layer)
            durations_s_[cell(layer, at, at)] = 0;
        for (std::size_t layer = 0; !distances_m_.empty() && layer < distance_layers(); ++layer)
            distances_m_[cell(layer, at, at)] = 0;
    }

    struct Place {
        std::size_t low;
        std::size_t high;
        std::int64_t span;
        std::int64_t offset;
    };

    Place locate(std::int64_t depart_s) const {
        const std::size_t last = breakpoints_s_.size() - 1;
        if (last == 0 || depart_s <= breakpoints_s_.front()) return {0, 0, 1, 0};
        if (depart_s >= breakpoints_s_[last]) return {last, last, 1, 0};
        std::size_t low = 0;
        while (breakpoints_s_[low + 1] <= depart_s) ++low;
        const std::int64_t start = breakpoints_s_[low];
        return {low, low + 1, breakpoints_s_[low + 1] - start, depart_s - start};
    }

    std::int64_t interpolate(const std::vector<std::int32_t>& values, int origin, int destination,
                             std::int64_t depart_s) const {
        if (values.size() == cell(1, 0, 0)) return values[cell(0, origin, destination)];
        const Place place = locate(depart_s);
        const std::int64_t at_low = values[cell(place.low, origin, destination)];
        const std::int64_t at_high = values[cell(place.high, origin, destination)];
        if (at_low == kUnreachable || at_high == kUnreachable) return kUnreachable;
        return at_low + floor_div((at_high - at_low) * place.offset, place.span);
    }

    Leg planar_leg(int origin, int destination, std::int64_t depart_s) const {
        const std::int64_t* from = &xy_m_[2 * static_cast<std::size_t>(origin)];
        const std::int64_t* to = &xy_m_[2 * static_cast<std::size_t>(destination)];
        const std::int64_t dx = from[0] - to[0];
        const std::int64_t dy = from[1] - to[1];
        const std::int64_t m = isqrt(dx * dx + dy * dy) * detour_permille_ / 1000;
        const Place place = locate(depart_s);
        const std::int64_t at_low = ceil_div(m * 1000, speeds_mm_s_[place.low]);
        if (place.high == place.low) return {at_low, m, true};
        const std::int64_t at_high = ceil_div(m * 1000, speeds_mm_s_[place.high]);
        return {at_low + floor_div((at_high - at_low) * place.offset, place.span), m, true};
    }

    void tabulate() {
        std::vector<Arc> arcs(cell(1, 0, 0));
        for (int origin = 0; origin < size_; ++origin)
            for (int destination = 0; destination < size_; ++destination) {
                const Leg drive = planar_leg(origin, destination, 0);
                if (drive.s >= kUnreachable || drive.m >= kUnreachable) return;
                arcs[cell(0, origin, destination)] = {static_cast<std::int32_t>(drive.s),
                                                      static_cast<std::int32_t>(drive.m)};
            }
        arcs_ = std::move(arcs);
        tabulated_ = true;
    }

    int size_ = 0;
    bool planar_ = false;
    bool tabulated_ = false;
    bool closes_ = false;
    std::vector<std::int64_t> breakpoints_s_;
    std::vector<Arc> arcs_;
    std::vector<std::int32_t> durations_s_;
    std::vector<std::int32_t> distances_m_;
    std::vector<std::int64_t> xy_m_;
    std::int64_t detour_permille_ = 1000;
    std::vector<std::int64_t> speeds_mm_s_;
};

}  // namespace kernel
