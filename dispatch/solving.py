"""From a day to a checked plan."""

from dataclasses import dataclass
from time import perf_counter

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan, PlanOrigin
from dispatch.explaining import with_reasons
from dispatch.translation import to_plan, translate
from dispatch.travel import TravelSource, open_travel
from dispatch.versions import deciding_versions
from geo.zones import Zones
from solvers.checker import CheckReport
from solvers.decomposition import ZonedEngine
from solvers.engines.protocol import Engine, Limits, Progress, ProgressCallback, StopSignal
from solvers.engines.registry import get_engine
from solvers.solving import solve


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveOptions:
    """How to search.

    Attributes:
        engine: Name of the engine.
        seconds: Search time.
        seed: Of the engine.
    """

    engine: str
    seconds: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySolved:
    """A checked plan, with the seconds that building, searching and explaining took.

    Attributes:
        plan: The plan.
        source: Where its travel times come from.
        build_s: Reading streets, computing travel times, building the problem.
        search_s: Searching and checking.
        explain_s: Finding reasons for unserved requests.
    """

    plan: Plan
    source: TravelSource
    build_s: float
    search_s: float
    explain_s: float


EXPLAIN_SECONDS = 5.0
"""Most time spent on reasons for unserved requests, the dearest ones first."""


class StoppedEarlyError(Exception):
    """The search was stopped before there was a problem to search; there is no plan."""


class InvalidPlanError(Exception):
    """An engine's plan broke the rules and is not used; ``report`` says which and where."""

    def __init__(self, engine: str, report: CheckReport) -> None:
        self.report = report
        shown = "\n".join(f"  {finding.message}" for finding in report.violations[:20])
        super().__init__(
            f"the plan of engine '{engine}' breaks {len(report.violations)} rule(s) and is not "
            f"used:\n{shown}\nplease report this with the day's files"
        )


def solve_day(
    day: Day,
    options: SolveOptions,
    *,
    zones: Zones | None = None,
    progress: ProgressCallback | None = None,
    stop: StopSignal | None = None,
) -> DaySolved:
    """Plan ``day``, check the plan and say why requests are left out of it.

    Args:
        day: What to plan.
        options: How to search.
        zones: Zones of the day's requests; engines that need it split the day by them.
        progress: Told about the search as it goes.
        stop: Asked whether to end the search with the best plan so far.

    Raises:
        UnknownEngineError: There is no such engine.
        UnsupportedProblemError: The engine does not model what the day asks for.
        InvalidPlanError: The engine's plan breaks a rule.
        StoppedEarlyError: Stopped while travel times were computed.
        TranslationError: Places are out of reach of the streets.
        GeoError: The source of travel times fails.
    """
    began = perf_counter()

    def computed(done: int, of: int) -> None:
        if stop is not None and stop():
            raise StoppedEarlyError
        if progress is not None:
            phase = f"travel times: {done:,} of {of:,}"
            progress(Progress(elapsed_s=0.0, cost=None, unserved=None, phase=phase))

    source = open_travel(day.settings, computed)
    translated = translate(day, zones=zones, source=source)
    built = perf_counter()
    engine = _engine_for(options.engine, zones)
    limits = Limits(seconds=options.seconds)
    solved = solve(
        translated.problem, engine, limits=limits, seed=options.seed, progress=progress, stop=stop
    )
    searched = perf_counter()
    if not solved.report.valid:
        raise InvalidPlanError(engine.name, solved.report)
    origin = PlanOrigin(
        city=day.settings.city,
        date=day.settings.date.isoformat(),
        timezone=day.settings.timezone.key,
        engine=engine.name,
        seed=options.seed,
        seconds=options.seconds,
        search_s=round(solved.result.elapsed_s, 3),
        iterations=solved.result.iterations,
        interrupted=solved.result.interrupted,
        input_fingerprint=day.fingerprint,
        versions=deciding_versions(),
        travel=translated.source.origin,
    )
    plan = with_reasons(
        translated,
        solved.solution,
        to_plan(translated, solved.solution, origin),
        seconds=EXPLAIN_SECONDS,
    )
    return DaySolved(
        plan=plan,
        source=translated.source,
        build_s=built - began,
        search_s=searched - built,
        explain_s=perf_counter() - searched,
    )


def _engine_for(name: str, zones: Zones | None) -> Engine:
    """The engine, splitting by zones where it does not solve large days whole."""
    engine = get_engine(name)
    split = zones is not None and len(zones) > 1 and not engine.solves_large
    return ZonedEngine(name) if split else engine
