#include "session_binding.hpp"

#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <tuple>

#include "probe.hpp"
#include "rows.hpp"
#include "session.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace kernel {
namespace {

using List = std::vector<std::int64_t>;
using Pairs = std::vector<std::pair<std::int64_t, std::int64_t>>;
// (layers, locations), or (locations,) for one layer.
using Rows = nb::ndarray<const std::int32_t, nb::c_contig, nb::device::cpu>;
// Service and set-up by class, loads by dimension.
using StopLists = std::tuple<List, List, List>;

[[noreturn]] void refuse(const std::string& message) { throw std::invalid_argument(message); }

void need_length(const char* what, std::size_t given, std::size_t wanted) {
    if (given != wanted)
        refuse(std::string(what) + ": " + std::to_string(given) + " entries, must be " +
               std::to_string(wanted));
}

std::vector<Window> windows_of(const Pairs& pairs) {
    std::vector<Window> windows;
    for (const auto& [start_s, end_s] : pairs) windows.push_back({start_s, end_s});
    return windows;
}

NewStop stop_of(const Problem& problem, const List& row, const Pairs& windows,
                const StopLists& lists) {
    need_length("stop", row.size(), kStopColumns);
    const auto& [service_s, setup_s, loads] = lists;
    need_length("service_s", service_s.size(), static_cast<std::size_t>(problem.classes));
    need_length("setup_s", setup_s.size(), static_cast<std::size_t>(problem.classes));
    need_length("loads", loads.size(), static_cast<std::size_t>(problem.dimensions));
    return {read_stop(row.data()), windows_of(windows), service_s, setup_s, loads};
}

void need_stop(const Session& session, std::int32_t stop) {
    if (stop < 0 || stop >= session.problem().stop_count())
        refuse("there is no stop " + std::to_string(stop));
}

void need_vehicle(const Session& session, int vehicle) {
    if (vehicle < 0 || static_cast<std::size_t>(vehicle) >= session.problem().vehicles.size())
        refuse("there is no vehicle " + std::to_string(vehicle));
}

// Without its loads.
Vehicle vehicle_of(const Problem& problem, const List& row, const List& capacity,
                   const List& initial_load, const std::vector<std::int32_t>& hubs) {
    need_length("vehicle", row.size(), kVehicleColumns);
    const auto width = static_cast<std::size_t>(problem.dimensions);
    need_length("capacity", capacity.size(), width);
    need_length("initial_load", initial_load.size(), width);
    Vehicle vehicle = read_vehicle(row.data());
    vehicle.hubs = hubs;
    return vehicle;
}

void set_vehicle(Session& session, int index, const List& row, const List& capacity,
                 const List& initial_load, const std::vector<std::int32_t>& hubs,
                 const std::vector<std::int32_t>& committed) {
    need_vehicle(session, index);
    Vehicle vehicle = vehicle_of(session.problem(), row, capacity, initial_load, hubs);
    vehicle.committed = committed;
    session.set_vehicle(index, std::move(vehicle), capacity, initial_load);
}

int add_vehicle(Session& session, const List& row, const List& capacity,
                const List& initial_load, const std::vector<std::int32_t>& hubs,
                const List& fits) {
    return session.add_vehicle(vehicle_of(session.problem(), row, capacity, initial_load, hubs),
                               capacity, initial_load, fits);
}

void need_visits(const Session& session, int index, const std::vector<std::int32_t>& nodes) {
    need_vehicle(session, index);
    for (const std::int32_t node : nodes)
        if (node < 0 || node > session.problem().break_node())
            refuse("there is no visit " + std::to_string(node));
}

void set_routes(Session& session, const ChangedRoutes& routes) {
    for (const auto& [index, nodes] : routes) need_visits(session, index, nodes);
    nb::gil_scoped_release release;
    session.set_routes(routes);
}

bool is_valid(Session& session, int index, const std::vector<std::int32_t>& nodes) {
    need_visits(session, index, nodes);
    return session.is_valid(index, nodes);
}

void tell(Session& session,
          const std::vector<std::tuple<std::int32_t, std::int32_t, std::int64_t>>& rows) {
    std::vector<Told> told;
    for (const auto& [stop, vehicle, start_s] : rows) {
        need_stop(session, stop);
        told.push_back({stop, vehicle, start_s});
    }
    session.tell(told);
}

// By vehicle: leaving, end, and node, arrival, start and end of each visit.
using Times = std::tuple<std::int32_t, std::int64_t, std::int64_t, std::int64_t>;

std::vector<std::tuple<std::int64_t, std::int64_t, std::vector<Times>>> schedule(
    const Session& session) {
    std::vector<std::tuple<std::int64_t, std::int64_t, std::vector<Times>>> routes;
    for (const PlannedRoute& planned : session.schedule()) {
        std::vector<Times> visits;
        for (const Planned& visit : planned.visits)
            visits.emplace_back(visit.node, visit.arrival_s, visit.start_s, visit.end_s);
        routes.emplace_back(planned.leave_s, planned.end_s, std::move(visits));
    }
    return routes;
}

// Location, leaving, end, break, driving, metres, stops and load.
std::tuple<std::int32_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
           std::int64_t, List>
done(const Session& session, int vehicle, std::size_t visits) {
    need_vehicle(session, vehicle);
    const Done done = session.done(vehicle, visits);
    return {done.location, done.leave_s,    done.end_s, done.rest_s,
            done.drive_s,  done.distance_m, done.stops, done.load};
}

std::int32_t add_fit(Session& session, const List& row) {
    need_length("fit", row.size(), session.problem().vehicles.size());
    return session.add_fit(row);
}

void begin_search(Session& session, std::uint64_t seed, int threads,
                  std::optional<std::int64_t> iterations, std::optional<double> seconds,
                  double heat) {
    if (!iterations && !seconds) refuse("give a limit in iterations, in seconds or both");
    if (threads < 1 || threads > 256) refuse("threads must lie in 1 .. 256");
    nb::gil_scoped_release release;
    session.begin_search(seed, threads, Budget{iterations, seconds}, heat);
}

// A probe with the arrays that its rows lie in.
class HeldProbe : public Probe {
public:
    using Probe::Probe;

    void forget() {
        Probe::forget();
        held_.clear();
    }

    // False, with nothing taken, where the rows are not four arrays of 32-bit integers, none of
    // them negative, each with a row of `count` entries for each layer.
    bool set_rows(std::size_t profile, int count, const nb::object& to_s, const nb::object& to_m,
                  const nb::object& from_s, const nb::object& from_m) {
        const Travel& source = checked(profile, count, false);
        const auto taken = [&](const nb::object& given, std::size_t layers) -> const std::int32_t* {
            Rows rows;
            if (!nb::try_cast(given, rows, false) || rows.ndim() < 1 || rows.ndim() > 2 ||
                rows.shape(rows.ndim() - 1) != static_cast<std::size_t>(count) ||
                (rows.ndim() == 2 ? rows.shape(0) : 1) != layers)
                return nullptr;
            std::int32_t signs = 0;  // quicker than a search for the first negative value
            for (std::size_t at = 0; at < rows.size(); ++at) signs |= rows.data()[at];
            if (signs < 0) return nullptr;
            held_.push_back(rows);
            return rows.data();
        };
        const Travel::Rows rows{taken(to_s, source.layers()), taken(to_m, source.distance_layers()),
                                taken(from_s, source.layers()),
                                taken(from_m, source.distance_layers()), count};
        if (!rows.to_s || !rows.to_m || !rows.from_s || !rows.from_m) return false;
        set(profile, rows);
        return true;
    }

    void set_point(std::size_t profile, int count, std::int64_t x_m, std::int64_t y_m) {
        checked(profile, count, true);
        if (std::abs(x_m) > 100000000 || std::abs(y_m) > 100000000)
            refuse("travel: xy_m lies beyond 100,000 km");
        set(profile, count, x_m, y_m);
    }

private:
    const Travel& checked(std::size_t profile, int count, bool planar) const {
        if (profile >= profiles()) refuse("travel: there is no profile " + std::to_string(profile));
        const Travel& source = travel(profile);
        if (source.planar() != planar)
            refuse(planar ? "travel: it is a matrix, give rows"
                          : "travel: it is planar, give coordinates");
        if (count < 0 || count >= source.size()) refuse("travel: count is out of range");
        return source;
    }

    std::vector<Rows> held_;
};

using Answer = std::tuple<bool, bool, std::int64_t, std::int32_t, std::int64_t, ChangedRoutes>;

std::vector<Answer> ask(Session& session, const List& row, const Pairs& windows,
                        const StopLists& lists, int tries, std::uint64_t seed, HeldProbe* probe) {
    const auto& travel = session.problem().travel;
    if (probe != nullptr && (probe->profiles() != travel.size() ||
                             probe->location() != travel.front()->size() - 1))
        refuse("probe: it is not of this session's travel");
    const NewStop stop = stop_of(session.problem(), row, {}, lists);
    std::vector<Answer> answers;
    std::vector<Offer> offers;
    {
        nb::gil_scoped_release release;
        offers = session.ask(stop, windows_of(windows), tries, seed, probe);
    }
    for (Offer& offer : offers)
        answers.emplace_back(offer.found, offer.repaired, offer.cost, offer.vehicle, offer.start_s,
                             std::move(offer.routes));
    return answers;
}

// New drives of one location: rows hold the layers one after the other.
void place_dense(Travel& travel, int at, const Rows& to_s, const Rows& to_m, const Rows& from_s,
                 const Rows& from_m) {
    if (travel.planar()) refuse("travel: it is planar, give coordinates");
    if (at < 0 || at >= travel.size()) refuse("travel: there is no location " + std::to_string(at));
    for (const auto* rows : {&to_s, &to_m, &from_s, &from_m})
        if (rows->ndim() != 1 && rows->ndim() != 2) refuse("travel: rows must have 1 or 2 axes");
    const std::size_t count = to_s.shape(to_s.ndim() - 1);
    if (count > static_cast<std::size_t>(travel.size()))
        refuse("travel: rows are longer than there are locations");
    for (const auto* rows : {&to_s, &to_m, &from_s, &from_m}) {
        need_length("travel: row", rows->shape(rows->ndim() - 1), count);
        const bool metres = rows == &to_m || rows == &from_m;
        need_length("travel: layers", rows->ndim() == 2 ? rows->shape(0) : 1,
                    metres ? travel.distance_layers() : travel.layers());
        const std::int32_t* end = rows->data() + rows->size();
        const std::int32_t* negative =
            std::find_if(rows->data(), end, [](std::int32_t value) { return value < 0; });
        if (negative != end)
            refuse("travel: a row holds " + std::to_string(*negative) + "; give 0 or more");
    }
    travel.place(at, {to_s.data(), to_m.data(), from_s.data(), from_m.data(),
                      static_cast<int>(count)});
}

void place_planar(Travel& travel, int at, int count, std::int64_t x_m, std::int64_t y_m) {
    if (!travel.planar()) refuse("travel: it is a matrix, give rows");
    if (at < 0 || at >= travel.size()) refuse("travel: there is no location " + std::to_string(at));
    if (count < 0 || count > travel.size()) refuse("travel: count is out of range");
    if (std::abs(x_m) > 100000000 || std::abs(y_m) > 100000000)
        refuse("travel: xy_m lies beyond 100,000 km");
    travel.place(at, count, x_m, y_m);
}

}  // namespace

void bind_session(nb::module_& module) {
    module.def("place_dense", &place_dense, "travel"_a, "at"_a, "to_s"_a, "to_m"_a, "from_s"_a,
               "from_m"_a);
    module.def("place_planar", &place_planar, "travel"_a, "at"_a, "count"_a, "x_m"_a, "y_m"_a);

    nb::class_<HeldProbe>(module, "Probe")
        .def(nb::init<std::vector<std::shared_ptr<Travel>>>(), "travel"_a)
        .def_prop_ro("location", &HeldProbe::location)
        .def("forget", &HeldProbe::forget)
        .def("set_rows", &HeldProbe::set_rows, "profile"_a, "count"_a, "to_s"_a, "to_m"_a,
             "from_s"_a, "from_m"_a)
        .def("set_point", &HeldProbe::set_point, "profile"_a, "count"_a, "x_m"_a, "y_m"_a);

    using Released = nb::call_guard<nb::gil_scoped_release>;
    nb::class_<Session>(module, "Session")
        .def(nb::init<std::shared_ptr<Problem>>(), "problem"_a)
        .def("add_stop",
             [](Session& self, const List& row, const Pairs& windows, const StopLists& lists) {
                 return self.add_stop(stop_of(self.problem(), row, windows, lists));
             }, "row"_a, "windows"_a, "lists"_a)
        .def("change_stop",
             [](Session& self, std::int32_t stop, const List& row, const Pairs& windows,
                const StopLists& lists) {
                 need_stop(self, stop);
                 self.change_stop(stop, stop_of(self.problem(), row, windows, lists));
             }, "stop"_a, "row"_a, "windows"_a, "lists"_a)
        .def("remove_stop",
             [](Session& self, std::int32_t stop) {
                 need_stop(self, stop);
                 self.remove_stop(stop);
             }, "stop"_a)
        .def("set_vehicle", &set_vehicle, "vehicle"_a, "row"_a, "capacity"_a, "initial_load"_a,
             "hubs"_a, "committed"_a)
        .def("add_vehicle", &add_vehicle, "row"_a, "capacity"_a, "initial_load"_a, "hubs"_a,
             "fits"_a)
        .def("add_fit", &add_fit, "row"_a)
        .def("set_fits", &Session::set_fits, "rows"_a)
        .def("set_prices", &Session::set_prices, "vehicle_change"_a, "time_change"_a,
             "time_tolerance_s"_a)
        .def("tell", &tell, "told"_a)
        .def("is_valid", &is_valid, "vehicle"_a, "nodes"_a)
        .def("schedule", &schedule)
        .def("set_routes", &set_routes, "routes"_a)
        .def("settle", &Session::settle, Released())
        .def("place_absent", &Session::place_absent, Released())
        .def("begin_search", &begin_search, nb::kw_only(), "seed"_a, "threads"_a, "iterations"_a,
             "seconds"_a, "heat"_a)
        .def("step", &Session::step, "seconds"_a, Released())
        .def("ask", &ask, "row"_a, "windows"_a, "lists"_a, "tries"_a, "seed"_a,
             "probe"_a.none())
        .def("routes", &Session::routes)
        .def("absent", &Session::absent)
        .def("done", &done, "vehicle"_a, "visits"_a)
        .def("leaves_s",
             [](const Session& self, int vehicle) {
                 need_vehicle(self, vehicle);
                 return self.leaves_s(vehicle);
             }, "vehicle"_a)
        .def_prop_ro("cost", &Session::cost)
        .def_prop_ro("iterations", &Session::iterations)
        .def_prop_ro("temperature", &Session::temperature);
}

}  // namespace kernel
