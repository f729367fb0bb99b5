// The vehicles of a session, and the prices that hold for all stops.
#include <algorithm>
#include <stdexcept>
#include <string>

#include "session.hpp"

namespace kernel {

namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

using Amounts = std::span<const std::int64_t>;

// Makes room for `more` values at the end of the problem's amounts; the spans follow them.
std::size_t grow_amounts(Problem& problem, std::size_t more) {
    const std::vector<std::int64_t> before = std::move(problem.amounts);
    problem.amounts.assign(before.begin(), before.end());
    problem.amounts.resize(before.size() + more);
    const auto follow = [&](Amounts& amounts) {
        if (!amounts.empty())
            amounts = {problem.amounts.data() + (amounts.data() - before.data()), amounts.size()};
    };
    for (Hub& hub : problem.hubs) follow(hub.unit_ms);
    for (auto* fleet : {&problem.vehicles, &problem.given})
        for (Vehicle& vehicle : *fleet) {
            follow(vehicle.capacity);
            follow(vehicle.initial_load);
        }
    return before.size();
}

}  // namespace

int Session::add_vehicle(Vehicle vehicle, Amounts capacity, Amounts initial_load, Amounts fits) {
    Problem& problem = *problem_;
    const std::size_t count = problem.vehicles.size();
    const std::size_t rows = problem.fit.size() / count;
    if (fits.size() != rows)
        throw std::invalid_argument("fits: " + std::to_string(fits.size()) + " entries, must be " +
                                    std::to_string(rows));
    const std::size_t first = grow_amounts(problem, capacity.size() + initial_load.size());
    const auto stored = problem.amounts.begin() + static_cast<std::ptrdiff_t>(first);
    std::copy(initial_load.begin(), initial_load.end(),
              std::copy(capacity.begin(), capacity.end(), stored));
    vehicle.capacity = {problem.amounts.data() + first, capacity.size()};
    vehicle.initial_load = {problem.amounts.data() + first + capacity.size(), initial_load.size()};
    problem.vehicles.push_back(vehicle);
    try {
        problem.check_vehicle(count);
    } catch (...) {
        problem.vehicles.pop_back();
        problem.amounts.resize(first);
        throw;
    }
    changed();
    std::vector<std::int64_t> table;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto begin = problem.fit.begin() + static_cast<std::ptrdiff_t>(row * count);
        table.insert(table.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
        table.push_back(fits[row]);
    }
    problem.fit = std::move(table);
    problem.given.push_back(std::move(vehicle));
    routes_.emplace_back();
    groups_stale_.assign(problem.stops.size(), 1);
    return static_cast<int>(count);
}

std::int32_t Session::add_fit(std::span<const std::int64_t> row) {
    quotes_.reset();  // they hold a copy
    auto& fit = problem_->fit;
    fit.insert(fit.end(), row.begin(), row.end());
    return static_cast<std::int32_t>(fit.size() / problem_->vehicles.size()) - 1;
}

void Session::set_fits(std::vector<std::int64_t> rows) {
    if (rows.size() != problem_->fit.size())
        throw std::invalid_argument("fits: " + std::to_string(rows.size()) +
                                    " entries, must be " + std::to_string(problem_->fit.size()));
    std::swap(problem_->fit, rows);
    try {
        problem_->check();
    } catch (...) {
        std::swap(problem_->fit, rows);
        throw;
    }
    changed();
    groups_stale_.assign(problem_->stops.size(), 1);
}

void Session::set_prices(std::int64_t vehicle_change, std::int64_t time_change,
                         std::int64_t time_tolerance_s) {
    const auto set = [&](std::int64_t vehicle, std::int64_t time, std::int64_t tolerance_s) {
        problem_->vehicle_change_price = vehicle;
        problem_->time_change_price = time;
        problem_->time_tolerance_s = tolerance_s;
    };
    const Problem& before = *problem_;
    const auto [vehicle, time, tolerance_s] = std::tuple(
        before.vehicle_change_price, before.time_change_price, before.time_tolerance_s);
    set(vehicle_change, time_change, time_tolerance_s);
    try {
        problem_->check();
    } catch (...) {
        set(vehicle, time, tolerance_s);
        throw;
    }
    changed();
}

void Session::tell(std::span<const Told> told) {
    const auto swapped = [&](Told& one) {
        Stop& stop = problem_->stops[at(one.stop)];
        std::swap(stop.previous_vehicle, one.vehicle);
        std::swap(stop.previous_start_s, one.start_s);
    };
    std::vector<Told> before(told.begin(), told.end());
    for (std::size_t done = 0; done < before.size(); ++done) {
        swapped(before[done]);
        try {
            problem_->check_stop(at(before[done].stop));
        } catch (...) {
            for (std::size_t back = done + 1; back-- > 0;) swapped(before[back]);
            throw;
        }
    }
    changed();
}

}  // namespace kernel
