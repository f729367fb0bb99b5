"""Rules across rows and files: ids, dates, and whether anybody could serve a request."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from dispatch.domain.couriers import Courier
from dispatch.domain.places import Window
from dispatch.domain.requests import Load, PickupClass, PickupRequest
from dispatch.files.building import RowIssues
from dispatch.files.issues import DayIssue
from dispatch.files.tables import Record
from dispatch.files.times import Calendar

BULKY_CREW_SIZE = 2
"""People it takes to carry furniture."""

_NEAR_DATES = timedelta(days=1)


def check_ids(file: str, entries: Iterable[tuple[Record, str]], issues: list[DayIssue]) -> None:
    """Every id once per file."""
    first_rows: dict[str, int] = {}
    for record, entry_id in entries:
        first = first_rows.setdefault(entry_id, record.row)
        if first != record.row:
            RowIssues(file, record, issues).add(
                "id.duplicate", "id", f"is already in row {first}", "give every row its own id"
            )


def check_dates(
    file: str,
    field: str,
    entries: Iterable[tuple[Record, Sequence[Window]]],
    calendar: Calendar,
    issues: list[DayIssue],
) -> None:
    """Windows touch the day or the ones beside it."""
    first = calendar.midnight_at - _NEAR_DATES
    last = calendar.midnight_at + 2 * _NEAR_DATES
    for record, windows in entries:
        if any(window.end_at < first or window.start_at > last for window in windows):
            RowIssues(file, record, issues).add(
                "window.other_day",
                field,
                f"lies more than a day from {calendar.date.isoformat()}",
                "correct the time here or the date in the city file",
            )


def check_service(
    requests: Sequence[tuple[Record, PickupRequest]],
    request_file: str,
    couriers: Sequence[Courier],
    courier_file: str,
    issues: list[DayIssue],
) -> None:
    """Some courier could carry every request, inside a shift."""
    if not requests:
        return
    if not couriers:
        issues.append(
            DayIssue(
                code="courier.none",
                file=courier_file,
                cause=f"there is no courier for {len(requests)} requests",
                action="add a row for each courier on shift",
            )
        )
        return
    crews = {
        PickupClass.PARCEL: list(couriers),
        PickupClass.BULKY: [c for c in couriers if c.crew_size >= BULKY_CREW_SIZE],
    }
    bulky = sum(request.pickup_class is PickupClass.BULKY for _, request in requests)
    if bulky and not crews[PickupClass.BULKY]:
        issues.append(
            DayIssue(
                code="courier.no_crew",
                file=courier_file,
                field="crew_size",
                cause=f"nobody has a crew of {BULKY_CREW_SIZE} or more for {bulky} bulky requests",
                action="add such a courier, or take the bulky requests out",
            )
        )
    offers = {kind: _offers(able) for kind, able in crews.items() if able}
    for record, request in requests:
        if request.pickup_class in offers:
            _check_request(
                request, offers[request.pickup_class], RowIssues(request_file, record, issues)
            )


_Offer = tuple[Load, Window]


def _offers(couriers: Iterable[Courier]) -> list[_Offer]:
    return list(dict.fromkeys((courier.capacity, courier.shift) for courier in couriers))


def _check_request(request: PickupRequest, offers: Sequence[_Offer], issues: RowIssues) -> None:
    load = request.load
    fitting = [offer for offer in offers if _fits(load, offer[0])]
    if not fitting:
        _add_too_large(load, [capacity for capacity, _ in offers], issues)
        return
    if not any(_meet(window, shift) for window in request.windows for _, shift in fitting):
        first = min(shift.start_at for _, shift in fitting)
        last = max(shift.end_at for _, shift in fitting)
        issues.add(
            "window.no_shift",
            "window_start",
            "the window lies outside every shift of a courier who could carry this "
            f"(from {_clock(first)} to {_clock(last)})",
            "move the window or a shift",
        )


def _add_too_large(load: Load, capacities: Sequence[Load], issues: RowIssues) -> None:
    weight_g = max(capacity.weight_g for capacity in capacities)
    volume_ml = max(capacity.volume_ml for capacity in capacities)
    pieces = max(capacity.pieces for capacity in capacities)
    given = issues.record.values
    volume_field = "volume_l" if "length_cm" not in given else "length_cm"
    remedy = "correct it, split the request, or add a vehicle that can carry it"
    code = "request.too_large"
    if load.weight_g > weight_g:
        cause = f"{load.weight_g / 1000:g} kg is more than any vehicle for it: {weight_g / 1000:g}"
        issues.add(code, "weight_kg", cause, remedy)
    if load.volume_ml > volume_ml:
        cause = f"{load.volume_ml / 1000:g} l is more than any vehicle for it: {volume_ml / 1000:g}"
        issues.add(code, volume_field, cause, remedy)
    if load.pieces > pieces:
        cause = f"{load.pieces} pieces are more than any vehicle for it takes: {pieces}"
        issues.add(code, "pieces", cause, remedy)
    if load.weight_g <= weight_g and load.volume_ml <= volume_ml and load.pieces <= pieces:
        cause = "no single vehicle takes its weight, volume and pieces together"
        issues.add(code, "weight_kg", cause, remedy)


def _fits(load: Load, capacity: Load) -> bool:
    return (
        load.weight_g <= capacity.weight_g
        and load.volume_ml <= capacity.volume_ml
        and load.pieces <= capacity.pieces
    )


def _meet(window: Window, shift: Window) -> bool:
    return window.start_at <= shift.end_at and shift.start_at <= window.end_at


def _clock(moment_at: datetime) -> str:
    return f"{moment_at:%H:%M}"
