// Insertion at every place of every route, so that "it fits nowhere" is a fact.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "detour.hpp"
#include "insertion.hpp"
#include "probe.hpp"
#include "problem.hpp"
#include "route.hpp"

namespace kernel {

// Looks where the search's own insertion may look away: at routes that may unload or rest, with
// the stop at every place, an unloading before it, behind it or both, and the break anywhere.
//
// Most places are ruled out by time alone, from a list of all of them that is read in one go.
class Everywhere {
public:
    // `routes` are looked at as they are then; `survey` must come before the first look.
    Everywhere(const Problem& problem, const std::vector<Route>& routes)
        : problem_(&problem), routes_(&routes), detour_(problem) {}

    // Takes in the routes as they are now.
    void survey();
    // One route is another since, or as it was surveyed again.
    void set_changed(int route, bool changed);

    // The cheapest place on any route: by the judge first; only where it finds none, by trying
    // everything. Not found means that the stop fits into no route whose order is kept.
    // `probe`, where given, knows the drives of the stop.
    void find(std::int32_t stop, Judge& judge, Probe* probe, Placing& best);

    // The cheapest place by the judge alone.
    void look(std::int32_t stop, Judge& judge, Probe* probe, Placing& best);

private:
    // The room between two visits, the first of which is not committed to what follows.
    struct Gap {
        std::int64_t depart_s;  // from the one before
        std::int64_t latest_s;  // arrival at the one behind
        std::int32_t before;    // locations
        std::int32_t after;
        std::int32_t address;  // of the one behind
    };
    // What is looked at again and again of a route, close together.
    struct Line {
        std::size_t first_gap;
        std::int32_t gaps;
        std::int32_t vehicle_class;
        std::int32_t profile;
        bool changed;    // since the survey
        bool by_judge;   // may unload or rest: time alone rules out little
        bool constant;   // travel
    };
    struct Asked;

    void note_gaps(const Route& route, std::vector<Gap>& gaps) const;
    // The cheapest place without an unloading beside the stop; where one might help is noted.
    void look_alone(std::int32_t stop, Judge& judge, Probe* probe, Placing& best);
    void look_unloading(std::int32_t stop, Judge& judge, Placing& best);
    void look_in_time(const Line& line, const Route& route, const Asked& asked, Judge& judge,
                      Placing& best);
    void look_at_all(const Route& route, const Asked& asked, Judge& judge, Placing& best);
    void join(const Route& route, Probe* probe) const;
    void exhaust(const Route& route, std::int32_t stop, Probe* probe, Placing& best);
    void offer(const Route& route, Placing& best);
    void offer_with_rests(const Route& route, std::size_t fixed, Placing& best);

    const Problem* problem_;
    const std::vector<Route>* routes_;
    Detour detour_;
    std::vector<Gap> gaps_;  // route by route, last place first
    std::vector<Line> lines_;
    std::vector<std::pair<int, int>> overfull_;  // routes and slots with too much aboard
    std::vector<Gap> fresh_;  // of a changed route
    Route bare_;              // the route without its break
    std::vector<std::int32_t> body_;
    std::vector<std::int32_t> nodes_;
    std::vector<std::int64_t> load_;
};

}  // namespace kernel
