#include "probe.hpp"

#include <algorithm>
#include <stdexcept>

namespace kernel {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace

Probe::Probe(std::vector<std::shared_ptr<Travel>> travel) : travel_(std::move(travel)) {
    if (travel_.empty()) throw std::invalid_argument("probe: it has no travel source");
    const int size = travel_.front()->size();
    for (const auto& source : travel_)
        if (source->size() != size || size == 0)
            throw std::invalid_argument("probe: travel sources differ in their locations");
    location_ = size - 1;
    given_.resize(travel_.size());
    joined_.assign(travel_.size(), std::vector<std::uint32_t>(at(size), 0));
}

void Probe::forget() {
    std::fill(given_.begin(), given_.end(), Given{});
    if (++candidate_ != 0) return;
    for (auto& marks : joined_) std::fill(marks.begin(), marks.end(), 0);
    candidate_ = 1;
}

void Probe::set(std::size_t profile, const Travel::Rows& rows) {
    given_[profile] = {rows, rows.count};
}

void Probe::set(std::size_t profile, int count, std::int64_t x_m, std::int64_t y_m) {
    given_[profile] = {{}, count};
    travel_[profile]->put(location_, x_m, y_m);
}

void Probe::join(std::size_t profile, int other) {
    if (other < 0 || other >= given_[profile].count) return;
    std::uint32_t& mark = joined_[profile][at(other)];
    if (mark == candidate_) return;
    mark = candidate_;
    const Travel::Rows& rows = given_[profile].rows;
    if (rows.to_s == nullptr)
        travel_[profile]->join(location_, other);
    else
        travel_[profile]->join(location_, other, rows);
}

void Probe::join_all() {
    for (std::size_t profile = 0; profile < travel_.size(); ++profile)
        for (int other = 0; other < given_[profile].count; ++other) join(profile, other);
}

}  // namespace kernel
