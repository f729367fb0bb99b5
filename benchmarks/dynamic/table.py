"""Simulated days as a markdown table: policies side by side, with paired differences."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from benchmarks.dynamic.fleet import LEAST_ACCEPTED, LEAST_KEPT, promise_kept
from benchmarks.dynamic.trials import Outcome, Setting
from dispatch.simulation.metrics import summary
from dispatch.simulation.paired import Difference, difference

_COST = "cost_per_pickup_yuan"

_COLUMNS: Mapping[str, tuple[str, str]] = {
    "accepted_share": ("accepted", "%"),
    "moved_share": ("moved", "%"),
    "refused_share": ("refused", "%"),
    "on_time_share": ("kept", "%"),
    "bulky_on_time_share": ("kept, bulky", "%"),
    "wait_median_min": ("median min", ".0f"),
    "wait_p95_min": ("95 % min", ".0f"),
    "km_per_pickup": ("km", ".2f"),
    _COST: ("yuan", ".2f"),
    "pickups_per_courier_hour": ("per hour", ".2f"),
    "idle_share": ("idle", "%"),
    "decide_mean_ms": ("decision ms", ".0f"),
    "decide_max_ms": ("longest ms", ".0f"),
}


def days_table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A table for each setting and scenario: a row for each policy, means over its days.

    ``yuan against`` is the paired difference of cost per pickup from the first policy, with its
    95 % interval; a row ``in hindsight`` follows where the days were planned with all known.
    """
    days = [one for one in outcomes if one.trial.seed is not None]
    order: dict[tuple[Setting, str], list[Outcome]] = {}
    for one in days:
        order.setdefault((one.trial.setting, one.trial.scenario), []).append(one)
    for (setting, scenario), found in order.items():
        yield f"### {setting.name}: {scenario}"
        yield ""
        heads = [head for head, _ in _COLUMNS.values()]
        yield _row(["policy", "days", *heads, "yuan against the first", "s a day"])
        yield "|" + "---|" * (len(heads) + 4)
        yield from _rows(found)
        yield ""


def _rows(found: Sequence[Outcome]) -> Iterator[str]:
    first: Mapping[int, Mapping[str, float | None]] = {}
    for policy, group in groupby(found, key=lambda one: one.trial.policy):
        days = list(group)
        figures = {one.trial.seed or 0: one.figures for one in days}
        against = "" if not first else _against(_paired(figures, first))
        first = first or figures
        seconds = sum(one.seconds for one in days) / len(days)
        yield _row([policy, str(len(days)), *_means(figures), against, f"{seconds:.0f}"])
        known = {one.trial.seed or 0: one.in_hindsight for one in days if one.in_hindsight}
        if known:
            search_s = days[0].trial.hindsight_s
            against = _against(_paired(figures, known))
            name = f"{policy}, in hindsight"
            yield _row([name, str(len(known)), *_means(known), "", f"{search_s:g}"])
            share = _cost_over(figures, known)
            yield _row([f"{policy} over it", "", *[""] * len(_COLUMNS), f"{against} ({share})", ""])


def _means(figures: Mapping[int, Mapping[str, float | None]]) -> list[str]:
    cells = []
    for name, (_, shape) in _COLUMNS.items():
        found = summary([row[name] for row in figures.values()])
        if found is None:
            cells.append("-")
        elif shape == "%":
            cells.append(f"{found.mean:.1%}")
        else:
            cells.append(f"{found.mean:,{shape}}")
    return cells


def _paired(
    one: Mapping[int, Mapping[str, float | None]], other: Mapping[int, Mapping[str, float | None]]
) -> Difference | None:
    return difference([(one[seed][_COST], other[seed][_COST]) for seed in one if seed in other])


def _against(found: Difference | None) -> str:
    if found is None:
        return "-"
    if found.low is None or found.high is None:
        return f"{found.mean:+.2f}"
    return f"{found.mean:+.2f} ({found.low:+.2f} to {found.high:+.2f})"


def _cost_over(
    one: Mapping[int, Mapping[str, float | None]], other: Mapping[int, Mapping[str, float | None]]
) -> str:
    shares = []
    for seed in other:
        cost, bound = one[seed][_COST], other[seed][_COST]
        if cost is not None and bound:
            shares.append(cost / bound - 1)
    return f"{sum(shares) / len(shares):+.1%}" if shares else "-"


def fleets_table(
    searches: Sequence[tuple[str, int | None]], outcomes: Sequence[Outcome]
) -> Iterator[str]:
    """The smallest fleet of each policy, and by how much it is smaller than those before.

    Args:
        searches: Policies, each with the e-bikes of its smallest fleet.
        outcomes: Of all days simulated.
    """
    yield (
        f"Smallest fleets with which {LEAST_KEPT:.0%} of promises are kept and "
        f"{LEAST_ACCEPTED:.0%} of requests are accepted in a window asked for, all days together."
    )
    yield ""
    policies = [policy for policy, _ in searches]
    yield _row(["policy", "e-bikes", "crews", "both", "kept", "accepted", "yuan",
                *(f"than {policy}" for policy in policies[:-1])])  # fmt: skip
    yield "|" + "---|" * (6 + len(policies))
    sizes: list[int | None] = []
    for policy, couriers in searches:
        days = [
            one
            for one in outcomes
            if one.trial.policy == policy and one.trial.setting.couriers == couriers
        ]
        if couriers is None or not days or not promise_kept(days):
            yield _row([policy, *["not found"] * 3, *[""] * (2 + len(policies))])
            sizes.append(None)
            continue
        setting = days[0].trial.setting
        size = setting.couriers + setting.vans
        cells = [policy, str(setting.couriers), str(setting.vans), str(size)]
        cells += [f"{_share(days, 'kept', 'due'):.1%}", f"{_share(days, 'accepted', 'asked'):.1%}"]
        cost = summary([one.figures[_COST] for one in days])
        cells += ["-" if cost is None else f"{cost.mean:.2f}"]
        cells += ["-" if other is None else f"{size / other - 1:+.0%}" for other in sizes]
        yield _row([*cells, *[""] * (len(policies) - 1 - len(sizes))])
        sizes.append(size)
    yield ""


def _share(days: Sequence[Outcome], part: str, whole: str) -> float:
    return sum(one.counts[part] for one in days) / sum(one.counts[whole] for one in days)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
