"""Why requests are on no route, in full, on the terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from dispatch.domain.day import Day
from dispatch.domain.requests import PickupRequest
from dispatch.explaining import Explained, Served
from dispatch.reports.format import NONE, clock_spans, yuan

_INDENT = 4


def print_explanations(
    found: Sequence[Explained | Served], day: Day, console: Console | None = None
) -> None:
    """Print a paragraph per request: what stands in the way, money and remedies."""
    console = console or Console(highlight=False)
    if not found:
        console.print("Every request is served.")
        return
    requests = {request.id: request for request in day.requests}
    for number, one in enumerate(found):
        if number:
            console.print()
        console.print(Text(_about(requests[one.request_id], day), style="bold"))
        lines = _served(one, day) if isinstance(one, Served) else _explained(one)
        for line in lines:
            console.print(Padding(Text(line), (0, 0, 0, _INDENT), expand=False))


def _about(request: PickupRequest, day: Day) -> str:
    windows = clock_spans(request.windows, day.settings.timezone)
    return f"{request.id} ({', '.join(filter(None, [request.pickup_class, windows]))})"


def _served(one: Served, day: Day) -> Iterator[str]:
    yield f"served by {one.courier_id} at {one.start_at.astimezone(day.settings.timezone):%H:%M}"


def _explained(one: Explained) -> Iterator[str]:
    reason = one.reason
    yield reason.message
    named = f"; nearest: {reason.courier_id}" if reason.courier_id else ""
    yield f"claim: {reason.kind}; code: {reason.code}{named}"
    cost = NONE if one.cost_milli_fen is None else yuan(one.cost_milli_fen)
    yield f"serving it costs: {cost}; leaving it out: {yuan(one.price_milli_fen)}"
    for remedy in reason.remedies:
        yield f"would let it in: {remedy}"
