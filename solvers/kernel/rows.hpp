// Rows of integers as the arrays from Python hold them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

#include "problem.hpp"

namespace kernel {

inline constexpr std::size_t kStopColumns = 10;
inline constexpr std::size_t kVehicleColumns = 18;

inline std::int32_t narrow(std::int64_t value) {
    if (value < -1 || value > std::numeric_limits<std::int32_t>::max())
        throw std::invalid_argument("index " + std::to_string(value) + " is out of range");
    return static_cast<std::int32_t>(value);
}

// The stop of `kStopColumns` numbers, without its windows.
inline Stop read_stop(const std::int64_t* row) {
    Stop stop;
    stop.location = narrow(row[0]);
    stop.fit = narrow(row[1]);
    stop.address = narrow(row[2]);
    stop.previous_vehicle = narrow(row[3]);
    stop.previous_start_s = row[4];
    stop.release_s = row[5];
    stop.due_s = row[6];
    stop.late_cost = row[7];
    stop.price = row[8];
    stop.required = row[9] != 0;
    return stop;
}

// The vehicle of `kVehicleColumns` numbers, without its loads, hubs and committed visits.
inline Vehicle read_vehicle(const std::int64_t* row) {
    Vehicle vehicle;
    vehicle.vehicle_class = narrow(row[0]);
    vehicle.profile = narrow(row[1]);
    vehicle.start = narrow(row[2]);
    vehicle.end = narrow(row[3]);
    vehicle.available_s = row[4];
    vehicle.shift_end_s = row[5];
    vehicle.fixed_cost = row[6];
    vehicle.cost_per_s = row[7];
    vehicle.cost_per_drive_s = row[8];
    vehicle.cost_per_m = row[9];
    vehicle.max_stops = row[10];
    vehicle.max_distance_m = row[11];
    vehicle.max_drive_s = row[12];
    vehicle.max_duration_s = row[13];
    vehicle.rests = row[14] != 0;
    vehicle.rest_window = {row[15], row[16]};
    vehicle.rest_s = row[17];
    return vehicle;
}

}  // namespace kernel
