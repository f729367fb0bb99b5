// Which stops and vehicles are near which stop.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

#include "problem.hpp"

namespace kernel {

namespace {

// Neighbours kept per stop. Beyond these an insertion is hardly ever the cheapest; where none of
// them will do, the search looks everywhere now and then.
constexpr std::size_t kNearStops = 100;
constexpr std::size_t kNearGroups = 24;
constexpr std::size_t kCandidates = 300;  // the nearest, from which neighbours are chosen
constexpr std::int32_t kAtOnce = 64;      // stops a thread takes at once
constexpr std::size_t kMostThreads = 8;
constexpr std::size_t kParallelFrom = 500;  // stops

using Scored = std::pair<std::int64_t, std::int32_t>;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

// The `most` lowest scored, lowest first.
void keep_lowest(std::vector<Scored>& scored, std::size_t most) {
    const std::size_t kept = std::min(most, scored.size());
    const auto end = scored.begin() + static_cast<std::ptrdiff_t>(kept);
    std::nth_element(scored.begin(), end, scored.end());
    std::sort(scored.begin(), end);
    scored.resize(kept);
}

std::vector<std::int32_t> ids(const std::vector<Scored>& scored) {
    std::vector<std::int32_t> stops;
    stops.reserve(scored.size());
    for (const auto& [score, stop] : scored) stops.push_back(stop);
    return stops;
}

}  // namespace

// Stops in square cells, so that those near a place are found without looking at all.
class Cells {
public:
    Cells(const Problem& problem, const Travel& plane) : problem_(&problem), plane_(&plane) {
        constexpr double kPerCell = 8.0;
        low_x_ = high_x_ = plane.x(problem.stops.front().location);
        low_y_ = high_y_ = plane.y(problem.stops.front().location);
        for (const Stop& stop : problem.stops) {
            low_x_ = std::min(low_x_, plane.x(stop.location));
            high_x_ = std::max(high_x_, plane.x(stop.location));
            low_y_ = std::min(low_y_, plane.y(stop.location));
            high_y_ = std::max(high_y_, plane.y(stop.location));
        }
        const double wide = static_cast<double>(high_x_ - low_x_ + 1);
        const double high = static_cast<double>(high_y_ - low_y_ + 1);
        const double cells = static_cast<double>(problem.stops.size()) / kPerCell;
        const double longest = std::max(wide, high) / std::max(cells, 1.0);
        side_ = std::max<std::int64_t>(
            1, static_cast<std::int64_t>(std::max(std::sqrt(wide * high / cells), longest)));
        columns_ = (high_x_ - low_x_) / side_ + 1;
        rows_ = (high_y_ - low_y_) / side_ + 1;
        stops_.resize(static_cast<std::size_t>(columns_ * rows_));
        for (std::int32_t stop = 0; stop < problem.stop_count(); ++stop)
            stops_[index(column(stop), row(stop))].push_back(stop);
    }

    // At least `least` other stops round about, those in nearer rings of cells first.
    void around(std::int32_t stop, std::size_t least, std::vector<std::int32_t>& found) const {
        found.clear();
        const std::int64_t x = column(stop);
        const std::int64_t y = row(stop);
        const std::int64_t last = std::max(columns_, rows_);
        // One ring more than needed: the corner of a ring is farther than the side of the next.
        bool enough = false;
        for (std::int64_t ring = 0; ring <= last && !enough; ++ring) {
            enough = found.size() >= least;
            for (std::int64_t dy = -ring; dy <= ring; ++dy) {
                const bool whole_row = dy == -ring || dy == ring;
                const std::int64_t step = whole_row ? 1 : 2 * ring;
                for (std::int64_t dx = -ring; dx <= ring; dx += std::max<std::int64_t>(step, 1))
                    add(x + dx, y + dy, stop, found);
            }
        }
    }

private:
    std::int64_t column(std::int32_t stop) const {
        return (plane_->x(problem_->stop(stop).location) - low_x_) / side_;
    }
    std::int64_t row(std::int32_t stop) const {
        return (plane_->y(problem_->stop(stop).location) - low_y_) / side_;
    }
    std::size_t index(std::int64_t x, std::int64_t y) const {
        return static_cast<std::size_t>(y * columns_ + x);
    }
    void add(std::int64_t x, std::int64_t y, std::int32_t but,
             std::vector<std::int32_t>& found) const {
        if (x < 0 || y < 0 || x >= columns_ || y >= rows_) return;
        for (const std::int32_t stop : stops_[index(x, y)])
            if (stop != but) found.push_back(stop);
    }

    const Problem* problem_;
    const Travel* plane_;
    std::int64_t low_x_, high_x_, low_y_, high_y_;
    std::int64_t side_, columns_, rows_;
    std::vector<std::vector<std::int32_t>> stops_;
};

// Looks up the neighbours of one stop after another; each thread has its own.
class NeighbourFinder {
public:
    NeighbourFinder(Problem& problem, const Cells* cells) : problem_(&problem), cells_(cells) {}

    void find(std::int32_t stop) {
        gather(stop);
        by_drive_.clear();
        before_.clear();
        after_.clear();
        const int here = problem_->stop(stop).location;
        for (const std::int32_t other : candidates_) {
            const std::int64_t there = drive(here, problem_->stop(other).location);
            const std::int64_t back =
                cells_ != nullptr ? there : drive(problem_->stop(other).location, here);
            by_drive_.emplace_back(std::min(there, back), other);
            const std::int64_t follows = follow(other, stop, back);
            if (follows < kNever) after_.emplace_back(follows, other);
            const std::int64_t precedes = follow(stop, other, there);
            if (precedes < kNever) before_.emplace_back(precedes, other);
        }
        keep_lowest(by_drive_, kNearStops);
        keep_lowest(before_, kNearStops / 2);
        keep_lowest(after_, kNearStops / 2);
        problem_->near_stops[at(stop)] = ids(by_drive_);
        problem_->near_before[at(stop)].stops = ids(before_);
        problem_->near_after[at(stop)].stops = ids(after_);
        note_legs(stop);
    }

    void find_groups(std::int32_t stop) {
        by_drive_.clear();
        by_distance_.clear();
        const int here = problem_->stop(stop).location;
        for (std::size_t group = 0; group < problem_->groups.size(); ++group) {
            const Vehicle& by = problem_->vehicle(problem_->groups[group].front());
            if (!problem_->may_serve(stop, problem_->groups[group].front())) continue;
            by_distance_.emplace_back(problem_->travel_of(by).roughly_s(by.start, here),
                                      static_cast<std::int32_t>(group));
        }
        const std::size_t kept = std::min(2 * kNearGroups, by_distance_.size());
        std::nth_element(by_distance_.begin(),
                         by_distance_.begin() + static_cast<std::ptrdiff_t>(kept),
                         by_distance_.end());
        by_distance_.resize(kept);
        const auto leg_from = [&](std::int32_t group) {
            const Vehicle& by = problem_->vehicle(problem_->groups[at(group)].front());
            return problem_->travel_of(by).leg(by.start, problem_->stop(stop).location,
                                               by.available_s);
        };
        for (const auto& [distance, group] : by_distance_) {
            const Leg leg = leg_from(group);
            if (leg.reachable) by_drive_.emplace_back(leg.s, group);
        }
        keep_lowest(by_drive_, kNearGroups);
        auto& near = problem_->near_groups[at(stop)];
        near.clear();
        for (const auto& [score, group] : by_drive_) near.push_back({group, leg_from(group)});
    }

private:
    void gather(std::int32_t stop) {
        const std::size_t others = problem_->stops.size() - 1;
        if (cells_ != nullptr && others > kCandidates)
            return cells_->around(stop, kCandidates, candidates_);
        by_drive_.clear();
        const int here = problem_->stop(stop).location;
        for (std::int32_t other = 0; other < problem_->stop_count(); ++other)
            if (other != stop)
                by_drive_.emplace_back(
                    others > 4 * kCandidates ? drive(here, problem_->stop(other).location) : 0,
                    other);
        if (others > 4 * kCandidates) keep_lowest(by_drive_, 2 * kCandidates);
        candidates_ = ids(by_drive_);
    }

    std::int64_t drive(int origin, int destination) const {
        return problem_->fastest(origin, destination);
    }

    // Cost of going straight from one stop to the next: the drive and part of the wait.
    std::int64_t follow(std::int32_t first, std::int32_t second, std::int64_t drive_s) const {
        const Stop& a = problem_->stop(first);
        const Stop& b = problem_->stop(second);
        if (a.windows.empty() || b.windows.empty()) return drive_s;
        const auto classes = at(problem_->classes);
        const std::int64_t* service = problem_->service_s.data() + at(first) * classes;
        const std::int64_t busy_s = *std::min_element(service, service + classes);
        if (a.open_s + busy_s + drive_s > b.close_s) return kNever;
        const std::int64_t wait_s = b.open_s - (a.close_s + busy_s + drive_s);
        return drive_s + std::max<std::int64_t>(wait_s, 0) / 5;
    }

    void note_legs(std::int32_t stop) {
        const int here = problem_->stop(stop).location;
        auto& after = problem_->near_after[at(stop)];
        auto& before = problem_->near_before[at(stop)];
        after.legs.clear();
        before.legs.clear();
        for (const std::int32_t other : after.stops)
            for (const auto& source : problem_->travel)
                after.legs.push_back(arc_of(source->leg(problem_->stop(other).location, here, 0)));
        for (const std::int32_t other : before.stops)
            for (const auto& source : problem_->travel)
                before.legs.push_back(arc_of(source->leg(here, problem_->stop(other).location, 0)));
    }

    Problem* problem_;
    const Cells* cells_;
    std::vector<std::int32_t> candidates_;
    std::vector<std::pair<double, std::int32_t>> by_distance_;
    std::vector<Scored> by_drive_;
    std::vector<Scored> before_;
    std::vector<Scored> after_;
};

void Problem::find_neighbours() {
    near_stops.assign(stops.size(), {});
    near_before.assign(stops.size(), {});
    near_after.assign(stops.size(), {});
    near_groups.assign(stops.size(), {});
    if (stops.empty()) return;
    const auto planar = [](const auto& source) { return source->planar(); };
    std::unique_ptr<const Cells> cells;
    if (std::ranges::all_of(travel, planar))
        cells = std::make_unique<const Cells>(*this, *travel.front());
    std::atomic<std::int32_t> next{0};
    const auto work = [&] {
        NeighbourFinder finder(*this, cells.get());
        for (std::int32_t first; (first = next.fetch_add(kAtOnce)) < stop_count();)
            for (std::int32_t stop = first; stop < std::min(first + kAtOnce, stop_count()); ++stop) {
                finder.find(stop);
                finder.find_groups(stop);
            }
    };
    std::vector<std::thread> helpers;
    if (stops.size() >= kParallelFrom)
        for (std::size_t thread = 1;
             thread < std::min<std::size_t>(std::thread::hardware_concurrency(), kMostThreads);
             ++thread)
            helpers.emplace_back(work);
    work();
    for (std::thread& helper : helpers) helper.join();
}

void Problem::find_neighbours_of(std::int32_t stop) { NeighbourFinder(*this, nullptr).find(stop); }

void Problem::find_near_groups_of(std::int32_t stop) {
    NeighbourFinder(*this, nullptr).find_groups(stop);
}

}  // namespace kernel
