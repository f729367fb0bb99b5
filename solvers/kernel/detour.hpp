// A bound on putting a few visits between two of a route, cheap enough to save most replays.
#pragma once

#include <cstdint>
#include <span>

#include "problem.hpp"
#include "route.hpp"

namespace kernel {

// Whether `body`, visits of which one is a stop that costs `price` to serve, may stand before
// `slot` of `route` in time and for less than `limit`, judged by its drives and what follows.
//
// A no on time is certain wherever the break is moved to: it makes nothing earlier but by the time
// that it takes before the slot now. A no on cost looks away from what moving the break may save.
bool may_stand(const Problem& problem, const Route& route, std::size_t slot,
               std::span<const std::int32_t> body, std::int64_t price, std::int64_t limit);

}  // namespace kernel
