"""``report.html``: one file that opens in any browser without a network."""

import json
from importlib.resources import files

from bokeh.embed import json_item
from bokeh.resources import Resources
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from dispatch.domain.requests import PickupClass
from dispatch.simulation.report.figures import answers_figure, any_due, on_time_figure
from dispatch.simulation.report.playback import playback
from dispatch.simulation.report.words import (
    comparison,
    days,
    differences,
    headline,
    in_short,
    travel,
)
from dispatch.simulation.study import StudyResult
from dispatch.versions import own_version

_OF_EACH_DAY = (
    "asked",
    "accepted_share",
    "on_time_share",
    "bulky_on_time_share",
    "wait_median_min",
    "km_per_pickup",
    "cost_per_pickup_yuan",
)


def page_text(result: StudyResult) -> str:
    """Return the text of ``report.html``."""
    answered = [policy for policy in result.study.policies if result.of(policy)]
    names = [name for name in result.study.names if result.of(name)]
    kinds = [kind for kind in PickupClass if any_due(result, kind)]
    plots = {f"on_time_{kind.value}": on_time_figure(result, names, kind) for kind in kinds}
    plots |= {
        f"answers_{number}": answers_figure(result, policy, f"answers_{number}")
        for number, policy in enumerate(answered)
    }
    played = playback(result)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_own("report.html.j2")).render(
        headline=headline(result),
        interrupted=result.interrupted,
        travel=travel(result),
        hindsight=result.study.hindsight,
        short=in_short(result),
        all=comparison(result),
        paired=differences(result) if len(names) > 1 else None,
        days=days(result, _OF_EACH_DAY),
        playback=None if played is None else _json(json.dumps(played, separators=(",", ":"))),
        playback_seed=result.days[0].seed if result.days else "",
        playback_js=Markup(_own("playback.js")),
        on_time=[kind.value for kind in kinds],
        answered=answered,
        items={name: _json(json.dumps(json_item(plot))) for name, plot in plots.items()},
        version=own_version(),
        css=Markup(_own("report.css")),
        bokeh_js=Markup("\n".join(Resources(mode="inline", components=["bokeh"]).js_raw)),
    )


def _own(name: str) -> str:
    return (files("dispatch.simulation.report") / name).read_text(encoding="utf-8")


def _json(text: str) -> Markup:
    """JSON that may stand inside a script element: it can neither end it nor open a comment."""
    return Markup(text.replace("<", "\\u003c"))
