"""Kept results in rows and columns: what an engine costs beside the best peer and the best known.

The median of an engine's seeds counts (of an even number, the better one in the middle). Answers
that are missing or invalid come last in that order.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.static.results import Result, Tried

Column = tuple[str, float]
"""Engine and seconds of search."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The median run of an engine on an instance.

    Attributes:
        best: Its best answer; ``None`` where there is none.
        problem: Why there is none.
        worst_s: Longest search of all its seeds and configurations, seconds.
        build_s: Longest time for matrices and model.
        peak_mb: Most memory, of processes side by side together.
    """

    best: Tried | None
    problem: str | None
    worst_s: float
    build_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The results of one suite in rows and columns."""

    suite: str
    columns: tuple[Column, ...]
    instances: tuple[str, ...]
    cells: Mapping[tuple[str, Column], Cell]
    best_known: Mapping[str, int]
    published: bool
    scale: int
    seeds: int
    peers: frozenset[str]

    def solved(self, column: Column) -> dict[str, Tried]:
        """The median answer of every instance that has one."""
        found = {
            instance: self.cells[instance, column].best
            for instance in self.instances
            if (instance, column) in self.cells
        }
        return {instance: best for instance, best in found.items() if best is not None}

    def mean_gap(self, column: Column) -> float | None:
        """Mean of cost over best known less one, of the instances solved."""
        gaps = [
            cost_of(best) / self.best_known[instance] - 1
            for instance, best in self.solved(column).items()
            if self.best_known.get(instance)
        ]
        return fmean(gaps) if gaps else None

    def peer_seconds(self) -> tuple[float, ...]:
        """Times that peers were given, rising."""
        return tuple(sorted({seconds for engine, seconds in self.columns if engine in self.peers}))

    def best_peer(self, instance: str, seconds: float) -> Tried | None:
        """The cheapest median answer of a peer that was given that time."""
        found = [
            cell.best
            for (name, (engine, given)), cell in self.cells.items()
            if name == instance and given == seconds and engine in self.peers and cell.best
        ]
        return min(found, key=cost_of, default=None)

    def against_peers(self, column: Column, seconds: float) -> "Comparison":
        """The column beside the best peer at that time, where both have an answer."""
        pairs = [
            (best, peer)
            for instance, best in self.solved(column).items()
            if (peer := self.best_peer(instance, seconds)) is not None
        ]
        logs = [math.log(max(1, cost_of(best)) / max(1, cost_of(peer))) for best, peer in pairs]
        return Comparison(
            instances=len(pairs),
            as_good=sum(_as_good(best, peer) for best, peer in pairs),
            ratio=math.exp(fmean(logs)) if logs else None,
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """An engine beside the best peer.

    Attributes:
        instances: On which both have an answer.
        as_good: Of these, where it leaves out no more and costs no more.
        ratio: Geometric mean of its cost over the peer's.
    """

    instances: int
    as_good: int
    ratio: float | None


def cost_of(answer: Tried | None) -> float:
    """The cost, beyond all others where there is none."""
    return math.inf if answer is None or answer.cost is None else answer.cost


def _as_good(best: Tried, peer: Tried) -> bool:
    return (best.unserved or 0) <= (peer.unserved or 0) and cost_of(best) <= cost_of(peer)


def table_of(suite: str, results: Sequence[Result], reference: Sequence[Result] = ()) -> Table:
    """The table of one suite.

    Args:
        suite: Its name.
        results: Of any suites; those of this one count.
        reference: Further results whose best answers count as known, where none is published.
    """
    mine = [result for result in results if result.suite == suite]
    columns = tuple(dict.fromkeys((result.engine, result.seconds) for result in mine))
    instances = tuple(dict.fromkeys(result.instance for result in mine))
    groups: dict[tuple[str, Column], list[Result]] = {}
    for result in mine:
        groups.setdefault((result.instance, (result.engine, result.seconds)), []).append(result)
    return Table(
        suite=suite,
        columns=columns,
        instances=instances,
        cells={key: _cell(group) for key, group in groups.items()},
        best_known=_best_known(mine, [r for r in reference if r.suite == suite]),
        published=any(result.best_known is not None for result in mine),
        scale=mine[0].scale if mine else 1,
        seeds=max((len(group) for group in groups.values()), default=0),
        peers=frozenset(result.engine for result in mine if result.is_peer),
    )


def _cell(group: Sequence[Result]) -> Cell:
    ranked = sorted(
        group, key=lambda result: math.inf if result.best is None else cost_of(result.best)
    )
    chosen = ranked[(len(ranked) - 1) // 2]
    tried = [one for result in group for one in result.tried]
    peaks = [[one.peak_mb or 0 for one in result.tried] for result in group]
    return Cell(
        best=chosen.best,
        problem=chosen.refused or _problem(chosen),
        worst_s=max((one.search_s or 0.0 for one in tried), default=0.0),
        build_s=max((one.build_s or 0.0 for one in tried), default=0.0),
        peak_mb=max(sum(peak) if chosen.side_by_side else max(peak, default=0) for peak in peaks),
    )


def _problem(result: Result) -> str | None:
    if result.best is not None:
        return None
    return "; ".join(dict.fromkeys(one.problem for one in result.tried if one.problem))


def _best_known(mine: Sequence[Result], reference: Sequence[Result]) -> dict[str, int]:
    """Published costs, else the lowest found."""
    known = {r.instance: r.best_known for r in mine if r.best_known is not None}
    for result in (*mine, *reference):
        best = result.best
        if result.best_known is None and best is not None and best.cost is not None:
            known[result.instance] = min(best.cost, known.get(result.instance, best.cost))
    return known
