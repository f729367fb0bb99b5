#include "repair.hpp"

#include <algorithm>

namespace kernel {

namespace {

constexpr std::size_t kMostNear = 40;  // stops around which strings are taken out
constexpr int kMostStrings = 3;
constexpr int kLongestString = 4;
// Ways in, of which the cheapest is taken: more cost longer than they save (docs/session.md).
constexpr int kEnough = 4;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

bool Repair::run(std::int32_t stop, int tries, Rng& rng, std::int64_t& delta,
                 ChangedRoutes& changed) {
    delta = kNoCost;
    if (near_.empty()) find_near(stop);
    int found = 0;
    for (int done = 0; done < tries && found < kEnough && !near_.empty(); ++done) {
        const bool fits = attempt(stop, rng);
        if (fits) ++found;
        if (fits && added_cost() < delta) {
            delta = added_cost();
            changed.clear();
            for (const Route& before : saved_)
                changed.emplace_back(before.vehicle, (*routes_)[at(before.vehicle)].nodes);
        }
        take_back();
    }
    return delta < kNoCost;
}

void Repair::find_near(std::int32_t stop) {
    const int here = problem_->stop(stop).location;
    for (const Route& route : *routes_) {
        if (!problem_->may_serve(stop, route.vehicle)) continue;
        for (auto place = at(route.fixed); place < route.nodes.size(); ++place) {
            const std::int32_t other = route.nodes[place];
            if (!problem_->is_stop(other)) continue;
            const int there = problem_->stop(other).location;
            near_.push_back({std::min(problem_->fastest(here, there), problem_->fastest(there, here)),
                             other, route.vehicle});
        }
    }
    const std::size_t kept = std::min(kMostNear, near_.size());
    std::partial_sort(near_.begin(), near_.begin() + static_cast<std::ptrdiff_t>(kept), near_.end());
    near_.resize(kept);
}

bool Repair::attempt(std::int32_t stop, Rng& rng) {
    out_.clear();
    left_out_price_ = 0;
    const int strings = 1 + rng.below(kMostStrings);
    for (int done = 0; done < strings; ++done) {
        // The nearer, the likelier.
        const int reach = 1 + rng.below(static_cast<int>(near_.size()));
        if (!take_out(near_[at(rng.below(reach))].stop, rng)) return false;
    }
    if (!put_in(stop)) return false;
    for (std::size_t left = out_.size(); left > 1; --left)
        std::swap(out_[left - 1], out_[at(rng.below(static_cast<int>(left)))]);
    std::stable_partition(out_.begin(), out_.end(),
                          [&](std::int32_t other) { return problem_->stop(other).required; });
    for (const std::int32_t other : out_) {
        if (put_in(other)) continue;
        if (problem_->stop(other).required) return false;
        left_out_price_ += problem_->stop(other).price;
    }
    return true;
}

bool Repair::take_out(std::int32_t around, Rng& rng) {
    const auto holder = std::find_if(near_.begin(), near_.end(),
                                     [&](const Near& one) { return one.stop == around; });
    const Route& route = (*routes_)[at(holder->route)];
    const auto found = std::find(route.nodes.begin(), route.nodes.end(), around);
    if (found == route.nodes.end()) return true;  // gone with an earlier string
    const int length = 1 + rng.below(kLongestString);
    const auto centre = static_cast<int>(found - route.nodes.begin());
    const int first = std::max(route.fixed, centre - rng.below(length));
    const int last = std::min(static_cast<int>(route.nodes.size()), first + length);
    std::vector<std::int32_t> kept;
    for (int place = 0; place < static_cast<int>(route.nodes.size()); ++place) {
        const std::int32_t node = route.nodes[at(place)];
        if (place >= first && place < last && problem_->is_stop(node))
            out_.push_back(node);
        else
            kept.push_back(node);
    }
    const int index = route.vehicle;
    change(index, std::move(kept));
    std::vector<std::int32_t> tidy;
    if (judge_->tidied((*routes_)[at(index)], tidy)) change(index, std::move(tidy));
    return (*routes_)[at(index)].nodes.empty() || (*routes_)[at(index)].sums.valid;
}

bool Repair::put_in(std::int32_t stop) {
    Placing best;
    everywhere_->look(stop, *judge_, nullptr, best);
    const Stop& added = problem_->stop(stop);
    const bool is_candidate = stop + 1 == problem_->stop_count();
    if (!best.found() || (!added.required && !is_candidate && best.delta >= added.price))
        return false;
    std::vector<std::int32_t> nodes = best.nodes;
    if (nodes.empty()) {
        nodes = (*routes_)[at(best.route)].nodes;
        nodes.insert(nodes.begin() + (best.slot - 1), stop);
    }
    change(best.route, std::move(nodes));
    return true;
}

void Repair::change(int route, std::vector<std::int32_t> nodes) {
    Route& changed = (*routes_)[at(route)];
    const auto is_it = [&](const Route& saved) { return saved.vehicle == route; };
    if (std::none_of(saved_.begin(), saved_.end(), is_it)) saved_.push_back(changed);
    everywhere_->set_changed(route, true);
    changed.nodes = std::move(nodes);
    changed.rebuild(*problem_, judge_->load());
}

std::int64_t Repair::added_cost() const {
    std::int64_t cost = left_out_price_;
    for (const Route& before : saved_)
        cost += (*routes_)[at(before.vehicle)].sums.cost - before.sums.cost;
    return cost;
}

void Repair::take_back() {
    for (Route& before : saved_) {
        everywhere_->set_changed(before.vehicle, false);
        (*routes_)[at(before.vehicle)] = std::move(before);
    }
    saved_.clear();
}

}  // namespace kernel
