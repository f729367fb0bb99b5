// The Python face of the kernel: arrays in, routes out. Every shape is checked here and every
// index in Problem::finish, so that the search never reads out of bounds.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>
#include <string>

#include "insertion.hpp"
#include "nearest.hpp"
#include "problem.hpp"
#include "rows.hpp"
#include "session_binding.hpp"
#include "team.hpp"
#include "travel.hpp"
#include "walk.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace kernel {
namespace {

template <class Value, int kDimensions>
using Array = nb::ndarray<const Value, nb::ndim<kDimensions>, nb::c_contig, nb::device::cpu>;
using Table = Array<std::int64_t, 2>;
using List = Array<std::int64_t, 1>;

template <class Source>
auto copied(const Source& array) {
    return std::vector(array.data(), array.data() + array.size());
}

[[noreturn]] void refuse(const std::string& message) { throw std::invalid_argument(message); }

void need(bool kept, const char* message) {
    if (!kept) refuse(message);
}

void check_breakpoints(const std::vector<std::int64_t>& breakpoints_s) {
    need(!breakpoints_s.empty(), "travel: breakpoints_s is empty");
    for (std::size_t at = 1; at < breakpoints_s.size(); ++at)
        need(breakpoints_s[at - 1] < breakpoints_s[at], "travel: breakpoints_s must rise");
}

std::shared_ptr<Travel> dense(const Array<std::int32_t, 3>& durations_s,
                                    const Array<std::int32_t, 3>& distances_m,
                                    const List& breakpoints_s) {
    check_breakpoints(copied(breakpoints_s));
    const std::size_t size = durations_s.shape(1);
    need(size < 100000, "travel: more than 100,000 locations in a matrix");
    need(durations_s.shape(2) == size && distances_m.shape(1) == size &&
             distances_m.shape(2) == size,
         "travel: matrices must be square and of one size");
    need(durations_s.shape(0) == breakpoints_s.size(),
         "travel: durations_s must hold one matrix for each breakpoint");
    need(distances_m.shape(0) == 1 || distances_m.shape(0) == breakpoints_s.size(),
         "travel: distances_m must hold one matrix, or one for each breakpoint");
    for (const auto& values : {durations_s, distances_m})
        for (std::size_t at = 0; at < values.size(); ++at)
            need(values.data()[at] >= 0, "travel: matrices must not hold negative values");
    return std::make_shared<Travel>(Travel::dense(static_cast<int>(size),
                                                        copied(breakpoints_s), copied(durations_s),
                                                        copied(distances_m)));
}

std::shared_ptr<Travel> planar(const Table& xy_m, std::int64_t detour_permille,
                                     const List& speeds_mm_s, const List& breakpoints_s) {
    check_breakpoints(copied(breakpoints_s));
    need(xy_m.shape(1) == 2, "travel: xy_m must have two columns");
    need(xy_m.shape(0) < 10000000, "travel: more than 10,000,000 locations");
    need(detour_permille >= 1000 && detour_permille <= 10000,
         "travel: detour_permille must lie in 1000 .. 10000");
    need(speeds_mm_s.size() == breakpoints_s.size(),
         "travel: speeds_mm_s must hold one speed for each breakpoint");
    for (std::size_t at = 0; at < speeds_mm_s.size(); ++at)
        need(speeds_mm_s.data()[at] > 0, "travel: speeds_mm_s must be positive");
    for (std::size_t at = 0; at < xy_m.size(); ++at)
        need(std::abs(xy_m.data()[at]) <= 100000000, "travel: xy_m lies beyond 100,000 km");
    return std::make_shared<Travel>(Travel::plane(
        copied(xy_m), detour_permille, copied(speeds_mm_s), copied(breakpoints_s)));
}

// Offsets into a list of `size` items: count + 1 of them, from 0 to size, never falling.
void check_offsets(const List& offsets, std::size_t count, std::size_t size, const char* what) {
    bool kept = offsets.size() == count + 1 && offsets.data()[0] == 0 &&
                offsets.data()[count] == static_cast<std::int64_t>(size);
    for (std::size_t at = 0; kept && at < count; ++at)
        kept = offsets.data()[at] <= offsets.data()[at + 1];
    if (!kept) refuse(std::string(what) + ": offsets do not fit their list");
}

void check_shape(const Table& table, std::size_t rows, std::size_t columns, const char* what) {
    if (table.shape(0) != rows || table.shape(1) != columns)
        refuse(std::string(what) + ": shape is (" + std::to_string(table.shape(0)) + ", " +
               std::to_string(table.shape(1)) + "), must be (" + std::to_string(rows) + ", " +
               std::to_string(columns) + ")");
}

void fill_stops(Problem& problem, const Table& stops, const List& offsets) {
    for (std::size_t at = 0; at < stops.shape(0); ++at) {
        const std::int64_t* row = stops.data() + at * kStopColumns;
        Stop stop = read_stop(row);
        stop.windows = {problem.windows.data() + offsets.data()[at],
                        static_cast<std::size_t>(offsets.data()[at + 1] - offsets.data()[at])};
        problem.stops.push_back(stop);
    }
}

void fill_vehicles(Problem& problem, const Table& vehicles, const List& hubs,
                   const List& hub_offsets, const List& committed, const List& committed_offsets,
                   std::size_t first_amount) {
    const auto width = static_cast<std::size_t>(problem.dimensions);
    const std::int64_t* amounts = problem.amounts.data() + first_amount;
    for (std::size_t at = 0; at < vehicles.shape(0); ++at) {
        const std::int64_t* row = vehicles.data() + at * kVehicleColumns;
        Vehicle vehicle = read_vehicle(row);
        vehicle.capacity = {amounts + 2 * at * width, width};
        vehicle.initial_load = {amounts + (2 * at + 1) * width, width};
        for (std::int64_t k = hub_offsets.data()[at]; k < hub_offsets.data()[at + 1]; ++k)
            vehicle.hubs.push_back(narrow(hubs.data()[k]));
        for (std::int64_t k = committed_offsets.data()[at]; k < committed_offsets.data()[at + 1];
             ++k)
            vehicle.committed.push_back(narrow(committed.data()[k]));
        problem.vehicles.push_back(std::move(vehicle));
    }
}

std::shared_ptr<Problem> make_problem(
    const std::vector<std::shared_ptr<const Travel>>& travel, const Table& stops,
    const Table& windows, const List& stop_windows, const Table& service_s, const Table& setup_s,
    const Table& loads, const Table& fit, const Table& hubs, const List& hub_windows,
    const Table& unit_ms, const Table& vehicles, const Table& capacities, const List& vehicle_hubs,
    const List& vehicle_hub_offsets, const List& committed, const List& committed_offsets,
    const List& prices) {
    const std::size_t count = stops.shape(0);
    const std::size_t fleet = vehicles.shape(0);
    const std::size_t width = loads.shape(1);
    check_shape(stops, count, kStopColumns, "stops");
    check_shape(vehicles, fleet, kVehicleColumns, "vehicles");
    check_shape(windows, windows.shape(0), 2, "windows");
    check_shape(hubs, hubs.shape(0), 2, "hubs");
    check_shape(service_s, count, service_s.shape(1), "service_s");
    check_shape(setup_s, count, service_s.shape(1), "setup_s");
    check_shape(loads, count, width, "loads");
    check_shape(fit, fit.shape(0), fleet, "fit");
    check_shape(unit_ms, hubs.shape(0), width, "unit_ms");
    check_shape(capacities, 2 * fleet, width, "capacities");
    need(service_s.shape(1) > 0, "service_s: there must be at least one vehicle class");
    need(prices.size() == 3, "prices: vehicle change, time change and tolerance are needed");
    need(count + hubs.shape(0) < (std::size_t{1} << 30), "problem: too many stops");
    const std::size_t of_stops = count == 0 ? 0 : static_cast<std::size_t>(
                                                      stop_windows.size() == count + 1
                                                          ? stop_windows.data()[count] : -1);
    check_offsets(stop_windows, count, of_stops, "stop_windows");
    need(of_stops <= windows.shape(0), "stop_windows: offsets do not fit their list");
    check_offsets(hub_windows, hubs.shape(0), windows.shape(0) - of_stops, "hub_windows");
    check_offsets(vehicle_hub_offsets, fleet, vehicle_hubs.size(), "vehicle_hubs");
    check_offsets(committed_offsets, fleet, committed.size(), "committed");

    auto problem = std::make_shared<Problem>();
    problem->travel = travel;
    problem->dimensions = static_cast<int>(width);
    problem->classes = static_cast<int>(service_s.shape(1));
    for (std::size_t at = 0; at < windows.shape(0); ++at)
        problem->windows.push_back({windows.data()[2 * at], windows.data()[2 * at + 1]});
    problem->amounts = copied(unit_ms);
    const std::size_t first_amount = problem->amounts.size();
    const auto carried = copied(capacities);
    problem->amounts.insert(problem->amounts.end(), carried.begin(), carried.end());
    problem->service_s = copied(service_s);
    problem->setup_s = copied(setup_s);
    problem->loads = copied(loads);
    problem->fit = copied(fit);
    problem->vehicle_change_price = prices.data()[0];
    problem->time_change_price = prices.data()[1];
    problem->time_tolerance_s = prices.data()[2];
    fill_stops(*problem, stops, stop_windows);
    for (std::size_t at = 0; at < hubs.shape(0); ++at) {
        Hub hub;
        hub.location = narrow(hubs.data()[2 * at]);
        hub.fixed_s = hubs.data()[2 * at + 1];
        hub.windows = {problem->windows.data() + of_stops + hub_windows.data()[at],
                       static_cast<std::size_t>(hub_windows.data()[at + 1] -
                                                hub_windows.data()[at])};
        hub.unit_ms = {problem->amounts.data() + at * width, width};
        for (const std::int64_t unit : hub.unit_ms) hub.per_unit = hub.per_unit || unit > 0;
        problem->hubs.push_back(hub);
    }
    fill_vehicles(*problem, vehicles, vehicle_hubs, vehicle_hub_offsets, committed,
                  committed_offsets, first_amount);
    {
        nb::gil_scoped_release release;
        problem->finish();
    }
    return problem;
}

void check_nodes(const Problem& problem, int vehicle, const std::vector<std::int32_t>& nodes) {
    if (vehicle < 0 || static_cast<std::size_t>(vehicle) >= problem.vehicles.size())
        refuse("there is no vehicle " + std::to_string(vehicle));
    for (const std::int32_t node : nodes)
        if (node < 0 || node > problem.break_node())
            refuse("vehicle " + std::to_string(vehicle) + ": there is no visit " +
                   std::to_string(node));
}

using Replayed = std::tuple<bool, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                            std::int64_t, std::vector<std::tuple<std::int64_t, std::int64_t>>>;

Replayed replay(const Problem& problem, int vehicle, const std::vector<std::int32_t>& nodes) {
    check_nodes(problem, vehicle, nodes);
    std::vector<std::int64_t> load;
    std::vector<std::tuple<std::int64_t, std::int64_t>> times;
    const Walked walked = walk<true>(problem, vehicle, nodes, load, [&](const Step& step) {
        times.emplace_back(step.start_s, step.end_s);
    });
    return {walked.valid,   walked.cost,       walked.leave_s, walked.end_s,
            walked.drive_s, walked.distance_m, times};
}

std::vector<std::optional<std::int64_t>> insertion_costs(const Problem& problem, int vehicle,
                                                         const std::vector<std::int32_t>& nodes,
                                                         std::int32_t stop) {
    check_nodes(problem, vehicle, nodes);
    need(stop >= 0 && stop < problem.stop_count(), "there is no such stop");
    Judge judge(problem);
    Route route;
    route.vehicle = vehicle;
    route.nodes = nodes;
    route.rebuild(problem, judge.load());
    std::vector<std::optional<std::int64_t>> costs;
    for (std::size_t slot = 1; slot < route.slots.size(); ++slot) {
        Placing best;
        if (slot > static_cast<std::size_t>(route.fixed) && problem.may_serve(stop, vehicle))
            judge.consider(route, static_cast<int>(slot), stop,
                           problem.serving_price(stop, vehicle), best);
        costs.push_back(best.found() ? std::optional(best.delta) : std::nullopt);
    }
    return costs;
}

// The search for the nearest insertion together with the problem it works on.
class NearestInsertion {
public:
    NearestInsertion(std::shared_ptr<const Problem> problem, const RouteNodes& routes)
        : problem_(checked(std::move(problem), routes)), nearest_(*problem_, routes) {}

    NearestInsertion(const NearestInsertion&) = delete;
    NearestInsertion& operator=(const NearestInsertion&) = delete;

    std::tuple<int, std::vector<std::int32_t>> find(std::int32_t stop,
                                                    const std::vector<std::int64_t>& unfit) {
        need(stop >= 0 && stop < problem_->stop_count(), "there is no such stop");
        need(unfit.size() == problem_->vehicles.size(), "unfit: one for each vehicle is needed");
        nb::gil_scoped_release release;
        const Nearby& nearby = nearest_.find(stop, unfit);
        return {nearby.vehicle, nearby.nodes};
    }

private:
    static std::shared_ptr<const Problem> checked(std::shared_ptr<const Problem> problem,
                                                  const RouteNodes& routes) {
        for (std::size_t at = 0; at < routes.size(); ++at)
            check_nodes(*problem, static_cast<int>(at), routes[at]);
        return problem;
    }

    std::shared_ptr<const Problem> problem_;
    Nearest nearest_;
};

// A team together with the problem it works on.
class Solver {
public:
    Solver(std::shared_ptr<const Problem> problem, std::uint64_t seed, int threads,
           std::optional<std::int64_t> iterations, std::optional<double> seconds)
        : problem_(std::move(problem)),
          team_(*problem_, seed, threads, Budget{iterations, seconds}) {
        need(iterations || seconds, "give a limit in iterations, in seconds or both");
        need(threads >= 1 && threads <= 256, "threads must lie in 1 .. 256");
    }

    Solver(const Solver&) = delete;
    Solver& operator=(const Solver&) = delete;

    void start(const RouteNodes& routes) {
        need(routes.size() == problem_->vehicles.size(), "routes: one for each vehicle is needed");
        for (std::size_t at = 0; at < routes.size(); ++at)
            check_nodes(*problem_, static_cast<int>(at), routes[at]);
        nb::gil_scoped_release release;
        team_.start(routes);
    }

    bool step(double seconds) {
        nb::gil_scoped_release release;
        return team_.step(seconds);
    }

    // At rest, so that it can be asked.
    const Team& team() {
        nb::gil_scoped_release release;
        team_.pause();
        return team_;
    }
    double elapsed_s() const { return team_.elapsed_s(); }

private:
    std::shared_ptr<const Problem> problem_;
    Team team_;
};

}  // namespace
}  // namespace kernel

NB_MODULE(_kernel, module) {
    using namespace kernel;
    module.attr("NEVER") = kNever;

    nb::class_<Travel>(module, "Travel")
        .def_static("dense", &dense, "durations_s"_a, "distances_m"_a, "breakpoints_s"_a)
        .def_static("planar", &planar, "xy_m"_a, "detour_permille"_a, "speeds_mm_s"_a,
                    "breakpoints_s"_a);

    nb::class_<Problem>(module, "Problem")
        .def_static("build", &make_problem, nb::kw_only(), "travel"_a, "stops"_a, "windows"_a, "stop_windows"_a,
             "service_s"_a, "setup_s"_a, "loads"_a, "fit"_a, "hubs"_a, "hub_windows"_a,
             "unit_ms"_a, "vehicles"_a, "capacities"_a, "vehicle_hubs"_a, "vehicle_hub_offsets"_a,
             "committed"_a, "committed_offsets"_a, "prices"_a)
        .def("replay", &replay, "vehicle"_a, "nodes"_a)
        .def("insertion_costs", &insertion_costs, "vehicle"_a, "nodes"_a, "stop"_a);

    nb::class_<NearestInsertion>(module, "NearestInsertion")
        .def(nb::init<std::shared_ptr<const Problem>, const RouteNodes&>(), "problem"_a, "routes"_a)
        .def("find", &NearestInsertion::find, "stop"_a, "unfit"_a);

    nb::class_<Solver>(module, "Solver")
        .def(nb::init<std::shared_ptr<const Problem>, std::uint64_t, int,
                      std::optional<std::int64_t>, std::optional<double>>(),
             "problem"_a, nb::kw_only(), "seed"_a, "threads"_a, "iterations"_a, "seconds"_a)
        .def("start", &Solver::start, "routes"_a)
        .def("step", &Solver::step, "seconds"_a)
        .def("best_routes", [](Solver& self) { return self.team().best_routes(); })
        .def_prop_ro("best_cost", [](Solver& self) { return self.team().best_cost(); })
        .def_prop_ro("best_unserved", [](Solver& self) { return self.team().best_absent(); })
        .def_prop_ro("iterations", [](Solver& self) { return self.team().iterations(); })
        .def_prop_ro("temperature", [](Solver& self) { return self.team().temperature(); })
        .def_prop_ro("elapsed_s", [](const Solver& self) { return self.elapsed_s(); });

    bind_session(module);
}
