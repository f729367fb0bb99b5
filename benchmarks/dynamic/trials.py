"""What is simulated: a fleet in a city, a scenario, a policy, a seed; and what came of it."""

import hashlib
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from dispatch.domain.day import Day
from dispatch.domain.requests import PickupClass
from dispatch.files import read_day
from dispatch.importing import import_lade
from dispatch.sampling import sample_day
from dispatch.simulation.city import SimulatedCity, replayed_city, sampled_city
from dispatch.simulation.habits import Habits
from dispatch.simulation.metrics import single_figures
from dispatch.simulation.policies import SEARCHING
from dispatch.simulation.scenarios import SCENARIOS
from dispatch.simulation.study import Hindsight, Study, hindsight_day, rehearse, simulate_day
from solvers.engines.protocol import Limits

Ways = dict[str, list[list[float]]]
"""``Habits.ways`` as JSON has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A city with its fleet and mean demand, or a recorded day.

    Attributes:
        city: Name of the city.
        couriers: E-bikes.
        vans: Crews of two.
        requests: Mean number on an ordinary day.
        day: Folder of a day, or LaDe file, to replay instead; its fleet counts then.
        tick_s: Seconds between two ticks of the clock.
    """

    city: str
    couriers: int
    vans: int
    requests: int
    day: str = ""
    tick_s: int = 60

    @property
    def name(self) -> str:
        """For people."""
        what = Path(self.day).stem if self.day else f"{self.requests} requests"
        return f"{self.city}, {what}, {self.couriers} + {self.vans}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One day to simulate.

    Attributes:
        setting: Where.
        scenario: Name of the kind of day.
        policy: Name of the policy.
        seed: Of the day; ``None`` for the rehearsal, of which habits come.
        hindsight_s: Seconds of search for the same day in hindsight; 0 for none.
        search_s: Seconds of every search of policies that search; 0 for limits of their own.
    """

    setting: Setting
    scenario: str
    policy: str
    seed: int | None
    hindsight_s: float = 0.0
    search_s: float = 0.0

    def rehearsal(self) -> "Trial":
        """The day before, the same for all scenarios with the same weather.

        What is searched for some seconds at a time has the habits of ``rolling``: searches are
        compared under one rule of acceptance, and the day before takes no such time.
        """
        rehearsed = SCENARIOS[self.scenario].rehearsed()
        first = next(name for name, one in SCENARIOS.items() if one.rehearsed() == rehearsed)
        policy = "rolling" if self.search_s and self.policy in SEARCHING else self.policy
        return replace(
            self, scenario=first, policy=policy, seed=None, hindsight_s=0.0, search_s=0.0
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a trial.

    Attributes:
        trial: Which.
        version: Of the code that simulated it.
        seconds: Of wall clock.
        figures: As ``single_figures`` has them; empty for a rehearsal.
        counts: Requests accepted in a window asked for, promises due and promises kept; and due
            and kept by class.
        in_hindsight: Figures of the same day in hindsight.
        ways: Habits that a rehearsal has shown.
    """

    trial: Trial
    version: str
    seconds: float
    figures: dict[str, float | None]
    counts: dict[str, int]
    in_hindsight: dict[str, float | None]
    ways: Ways

    def as_line(self) -> dict[str, Any]:
        """For a file of JSON lines."""
        return {"kind": "day"} | asdict(self)

    @classmethod
    def of_line(cls, line: dict[str, Any]) -> "Outcome":
        """The reverse."""
        trial = line["trial"]
        setting = Setting(**trial["setting"])
        values = {name: value for name, value in line.items() if name != "kind"}
        return cls(**values | {"trial": Trial(**trial | {"setting": setting})})


def simulate(trial: Trial, ways: Ways | None) -> Outcome:
    """Simulate a day.

    Args:
        trial: Which.
        ways: What the rehearsal has shown; ``None`` for the rehearsal itself.
    """
    began = perf_counter()
    hindsight = Hindsight(policy=trial.policy, seconds=trial.hindsight_s)
    study = Study(
        city=city_of(trial.setting),
        scenario=SCENARIOS[trial.scenario],
        policies=(trial.policy,),
        seeds=(),
        tick_s=trial.setting.tick_s,
        search=Limits(seconds=trial.search_s) if trial.search_s else None,
        hindsight=hindsight,
    )
    if trial.seed is None or ways is None:
        habits = rehearse(study, trial.policy)
        shown = {kind.value: rows.tolist() for kind, rows in habits.ways.items()}
        return _outcome(trial, perf_counter() - began, ways=shown)
    habits = Habits({PickupClass(kind): np.array(rows) for kind, rows in ways.items()})
    day = simulate_day(study, trial.policy, trial.seed, habits)
    seconds = perf_counter() - began
    metrics = day.metrics
    figures = single_figures(metrics)
    requests = day.record.requests.values()
    counts = {
        "asked": metrics.asked,
        "accepted": sum(one.promise is not None and not one.moved for one in requests),
        "due": metrics.on_time.due,
        "kept": metrics.on_time.kept,
    }
    for kind, kept in metrics.on_time_by_class.items():
        counts |= {f"{kind.value}_due": kept.due, f"{kind.value}_kept": kept.kept}
    known: dict[str, float | None] = {}
    if trial.hindsight_s:
        known = single_figures(hindsight_day(study, hindsight, day, lambda: False).metrics)
    return _outcome(trial, seconds, figures=figures, counts=counts, in_hindsight=known)


def _outcome(trial: Trial, seconds: float, **found: Any) -> Outcome:
    nothing: dict[str, Any] = {"figures": {}, "counts": {}, "in_hindsight": {}, "ways": {}}
    return Outcome(
        trial=trial, version=code_version(), seconds=round(seconds, 3), **nothing | found
    )


def city_of(setting: Setting) -> SimulatedCity:
    """The city of a setting."""
    if setting.day:
        return replayed_city(recorded_day(Path(setting.day), setting.city))
    return sampled_city(
        setting.city,
        couriers=setting.couriers,
        vans=setting.vans,
        requests=setting.requests,
    )


def recorded_day(path: Path, city: str) -> Day:
    """A day's folder, or a LaDe-P file with goods, hubs and couriers drawn with seed 1."""
    if path.is_dir():
        return read_day(path)
    return import_lade(path.name, path.read_text(encoding="utf-8"), city=city, seed=1).day


def vans_for_each_courier(city: str, requests: int) -> float:
    """Crews for each e-bike where ``dispatch sample`` staffs such a day."""
    day = sample_day(city, requests=requests, bulky_share=0.07, seed=1)
    crews = sum(courier.crew_size > 1 for courier in day.couriers)
    return crews / max(len(day.couriers) - crews, 1)


@lru_cache(maxsize=1)
def code_version() -> str:
    """The same as long as nothing is changed that a simulated day depends on."""
    digest = hashlib.sha256()
    for name in ("dispatch.simulation", "dispatch.live", "dispatch.translation", "solvers", "geo"):
        spec = find_spec(name)
        for folder in (spec and spec.submodule_search_locations) or ():
            for path in sorted(Path(folder).rglob("*")):
                if path.suffix in (".py", ".so"):
                    digest.update(path.read_bytes())
    kernel = find_spec("solvers.kernel._kernel")
    if kernel is not None and kernel.origin is not None:
        digest.update(Path(kernel.origin).read_bytes())
    return digest.hexdigest()[:12]
