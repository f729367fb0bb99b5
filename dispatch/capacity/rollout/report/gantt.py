"""When each service opens, and what leads up to it."""

from collections.abc import Iterator

from markupsafe import Markup

from dispatch.capacity.rollout.inputs import Service, Status
from dispatch.capacity.rollout.report.looks import COLOURS, LINE, PALE, QUIET
from dispatch.capacity.rollout.report.svg import element, picture
from dispatch.capacity.rollout.report.words import CLASSES, day, percent, verdict_text
from dispatch.capacity.rollout.schedule import Hire, Purchase, Step, Transfer
from dispatch.capacity.rollout.study import Rollout
from dispatch.capacity.rollout.verdicts import Verdict
from dispatch.reports.page import palette

WIDTH, _LEFT, _RIGHT, _TOP, _ROW_H = 1120.0, 150.0, 120.0, 38.0, 21.0
_PREPARING = "#B9D3E6"
_ORDERED = "#CFD6DD"


def gantt(rollout: Rollout) -> Markup:
    """A row for each service that is to open, those that open first at the top."""
    rows = sorted(
        (one for one in rollout.verdicts if one.status is Status.OPEN),
        key=lambda one: (one.opens is None, one.opens, one.service.city),
    )
    chart = _Chart(rollout)
    height = _TOP + _ROW_H * len(rows) + 6
    parts: list[Markup] = list(chart.weeks(height))
    for number, verdict in enumerate(rows):
        parts += chart.row(verdict, _TOP + _ROW_H * number)
    return picture(*parts, width=WIDTH, height=height, label="Openings week by week")


class _Chart:
    def __init__(self, rollout: Rollout) -> None:
        self._rollout = rollout
        self._count = len(rollout.plan.weeks)
        self._week_w = (WIDTH - _LEFT - _RIGHT) / self._count

    def weeks(self, height: float) -> Iterator[Markup]:
        """The grid, and the deadline as a line at the end of its day."""
        plan = self._rollout.plan
        for number, week in enumerate(plan.weeks):
            x = self._x(number)
            yield element("line", x1=x, x2=x, y1=_TOP - 4, y2=height, stroke=LINE)
            yield element(
                "text", day(week.first_day), x=x + 3, y=_TOP - 9, font_size="11", fill=QUIET
            )
        days = (plan.deadline - plan.weeks[0].first_day).days + 1
        x = self._x(days / 7)
        yield element(
            "line", x1=x, x2=x, y1=_TOP - 30, y2=height, stroke=palette.WRONG, stroke_width="2"
        )
        yield element(
            "text",
            f"due {day(plan.deadline)}",
            x=x + 4,
            y=_TOP - 20,
            font_size="11",
            fill=palette.WRONG,
        )

    def row(self, verdict: Verdict, y: float) -> Iterator[Markup]:
        service, plan = verdict.service, self._rollout.plan
        middle = y + _ROW_H / 2 + 4
        name = f"{service.city.split(' (')[0]} {CLASSES[service.kind]}"
        yield element("text", name, x=_LEFT - 8, y=middle, text_anchor="end", font_size="12")
        half = (_ROW_H - 8) / 2
        for lane, (start, end, colour, title) in enumerate(self._preparations(service)):
            yield self._bar(start, end, y + 4 + lane * half, half, colour, title)
        opens = self._rollout.solved.schedule.opening[service]
        if opens is not None:
            working = self._rollout.solved.schedule.working[service]
            title = f"{name}: opens {day(plan.weeks[opens].first_day)}"
            colour = COLOURS[verdict.outcome]
            yield self._bar(opens, self._count, y + 2, _ROW_H - 4, colour, title)
            full = plan.need(service).vehicles
            for week in range(opens, self._count):
                yield element(
                    "text",
                    percent(working[week] / full),
                    x=self._x(week + 0.5),
                    y=middle,
                    text_anchor="middle",
                    font_size="11",
                    fill="white",
                )
        text = verdict_text(verdict)
        yield element("text", text, x=WIDTH - _RIGHT + 8, y=middle, font_size="12")

    def _preparations(self, service: Service) -> Iterator[tuple[float, float, str, str]]:
        """First order to last arrival of vehicles and hubs, then people from advert to work."""
        plan, steps = self._rollout.plan, self._rollout.solved.schedule.steps
        goods: list[tuple[int, int]] = []
        people: list[tuple[int, int]] = []
        hired = 0
        opens = self._rollout.solved.schedule.opening[service]
        for step, amount in steps.items():
            if not _is_for(step, service):
                continue
            if isinstance(step, Hire):
                role = plan.roles[step.role]
                people.append((step.week - role.recruit_weeks, step.week + role.train_weeks))
                hired += amount
            elif isinstance(step, Purchase):
                goods.append((step.week - plan.assets[step.asset].buy_weeks, step.week))
            else:
                moving = plan.assets[step.asset].moving
                goods.append((step.week, step.week + (moving.weeks if moving else 0)))
        for spans, colour, title in (
            (goods, _ORDERED, "vehicles and hubs ordered or on their way"),
            (people, _PREPARING, f"{hired} people recruited and trained"),
        ):
            if spans:
                end = max(end for _, end in spans)
                end = end if opens is None else min(end, opens)
                yield min(start for start, _ in spans), end, colour, title

    def _bar(
        self, start: float, end: float, y: float, height: float, colour: str, title: str
    ) -> Markup:
        x = self._x(start)
        return element(
            "rect",
            element("title", title),
            x=x + 1,
            y=y,
            width=max(0.0, self._x(end) - x - 2),
            height=height,
            rx="2",
            fill=colour,
            stroke=PALE,
        )

    def _x(self, week: float) -> float:
        return _LEFT + week * self._week_w


def _is_for(step: Step, service: Service) -> bool:
    if isinstance(step, Hire):
        return step.city == service.city and step.role in service.resources
    city = step.end if isinstance(step, Transfer) else step.city
    return city == service.city and step.asset in service.resources


PREPARATION_KEYS = (
    (_ORDERED, "vehicles and hubs ordered"),
    (_PREPARING, "recruiting and training"),
)
"""Colours of what leads up to an opening, and what they stand for."""
