#include "quotes.hpp"

#include <algorithm>

#include "walk.hpp"

namespace kernel {

namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

Quotes::Quotes(const Problem& problem, const RouteNodes& routes)
    : judge_(view_), everywhere_(view_, routes_), repair_(view_, routes_, judge_, everywhere_) {
    copy(problem);
    hold_promises(problem, routes);
    const auto first_hub = static_cast<std::int32_t>(problem.stop_count());
    routes_.resize(routes.size());
    for (std::size_t index = 0; index < routes.size(); ++index) {
        routes_[index].vehicle = static_cast<int>(index);
        routes_[index].nodes = routes[index];
        for (std::int32_t& node : routes_[index].nodes)
            if (node >= first_hub) ++node;
    }
    rebuild();
}

void Quotes::copy(const Problem& problem) {
    view_.stops = problem.stops;
    view_.vehicles = problem.vehicles;
    view_.given = problem.given;
    view_.hubs = problem.hubs;
    view_.travel = problem.travel;
    view_.dimensions = problem.dimensions;
    view_.classes = problem.classes;
    view_.vehicle_change_price = problem.vehicle_change_price;
    view_.time_change_price = problem.time_change_price;
    view_.time_tolerance_s = problem.time_tolerance_s;
    view_.service_s = problem.service_s;
    view_.setup_s = problem.setup_s;
    view_.loads = problem.loads;
    view_.fit = problem.fit;
    has_release_ = view_.has_release = problem.has_release;
    const auto first_hub = static_cast<std::int32_t>(problem.stop_count());
    for (auto* fleet : {&view_.vehicles, &view_.given})
        for (Vehicle& vehicle : *fleet)
            for (std::int32_t& node : vehicle.committed)
                if (node >= first_hub) ++node;
    view_.stops.emplace_back();
    view_.service_s.resize(view_.stops.size() * at(view_.classes));
    view_.setup_s.resize(view_.stops.size() * at(view_.classes));
    view_.loads.resize(view_.stops.size() * at(view_.dimensions));
}

void Quotes::hold_promises(const Problem& problem, const RouteNodes& routes) {
    std::size_t most = 0;
    for (const Stop& stop : problem.stops) most += std::max<std::size_t>(1, stop.windows.size());
    promised_.reserve(most);  // the stops' spans point into it
    for (std::size_t index = 0; index < routes.size(); ++index)
        walk<true>(problem, static_cast<int>(index), routes[index], judge_.load(),
                   [&](const Step& step) {
                       if (!problem.is_stop(step.node)) return;
                       Stop& stop = view_.stops[at(step.node)];
                       const std::int64_t bound_s = std::max(stop.due_s, step.start_s);
                       if (!stop.required || stop.due_s == kNever || bound_s >= stop.close_s)
                           return;
                       const std::size_t first = promised_.size();
                       if (stop.windows.empty()) promised_.push_back({-kNever, bound_s});
                       for (const Window& window : stop.windows)
                           if (window.start_s <= bound_s)
                               promised_.push_back(
                                   {window.start_s, std::min(window.end_s, bound_s)});
                       stop.windows = {promised_.data() + first, promised_.size() - first};
                       stop.open_s = stop.windows.front().start_s;
                       stop.close_s = stop.windows.back().end_s;
                   });
}

std::vector<Offer> Quotes::ask(const NewStop& stop, std::span<const Window> windows, int tries,
                               std::uint64_t seed, Probe* probe) {
    take(stop);
    repair_.forget();
    Stop& asked = view_.stops.back();
    std::vector<Offer> offers;
    for (const Window& window : windows) {
        asked_ = window;
        asked.windows = {&asked_, 1};
        asked.open_s = window.start_s;
        asked.close_s = window.end_s;
        view_.check_stop(view_.stops.size() - 1);
        offers.push_back(offer(tries, seed, probe));
    }
    return offers;
}

void Quotes::rebuild() {
    for (Route& route : routes_) route.rebuild(view_, judge_.load());
    everywhere_.survey();
}

void Quotes::take(const NewStop& stop) {
    const std::size_t last = view_.stops.size() - 1;
    view_.stops[last] = stop.stop;
    if (view_.has_release != (has_release_ || stop.stop.release_s > -kNever)) {
        // What a committed prefix may be excused for depends on whether any stop has a release.
        view_.derive();
        rebuild();
    }
    const auto put = [&](std::vector<std::int64_t>& values, const std::vector<std::int64_t>& row) {
        std::copy(row.begin(), row.end(),
                  values.begin() + static_cast<std::ptrdiff_t>(last * row.size()));
    };
    put(view_.service_s, stop.service_s);
    put(view_.setup_s, stop.setup_s);
    put(view_.loads, stop.loads);
}

Offer Quotes::offer(int tries, std::uint64_t seed, Probe* probe) {
    const auto stop = static_cast<std::int32_t>(view_.stops.size() - 1);
    Offer offer;
    Placing best;
    everywhere_.find(stop, judge_, probe, best);
    if (best.found()) {
        offer.cost = best.delta;
        std::vector<std::int32_t> nodes = std::move(best.nodes);
        if (nodes.empty()) {
            nodes = routes_[at(best.route)].nodes;
            nodes.insert(nodes.begin() + (best.slot - 1), stop);
        }
        offer.routes.emplace_back(best.route, std::move(nodes));
    } else {
        if (tries <= 0) return offer;
        if (probe != nullptr) probe->join_all();
        Rng rng(seed);
        if (!repair_.run(stop, tries, rng, offer.cost, offer.routes)) return {};
        offer.repaired = true;
    }
    offer.found = true;
    for (const auto& [vehicle, nodes] : offer.routes) {
        if (std::find(nodes.begin(), nodes.end(), stop) == nodes.end()) continue;
        offer.vehicle = vehicle;
        offer.start_s = start_of(vehicle, nodes);
    }
    return offer;
}

std::int64_t Quotes::start_of(std::int32_t vehicle, const std::vector<std::int32_t>& nodes) {
    std::int64_t start_s = 0;
    const auto stop = static_cast<std::int32_t>(view_.stops.size() - 1);
    walk<true>(view_, vehicle, nodes, judge_.load(), [&](const Step& step) {
        if (step.node == stop) start_s = step.start_s;
    });
    return start_s;
}

}  // namespace kernel
