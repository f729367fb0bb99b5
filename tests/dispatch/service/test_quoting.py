"""What is offered, and why not."""

from datetime import timedelta

import pytest

from dispatch.service.errors import Code, ServiceError
from dispatch.service.live_city import LiveCity
from dispatch.service.quoting import WhyNot, quote_slots
from dispatch.service.requests import Asked
from dispatch.service.sales import sell_again, stop_selling
from tests.dispatch.service.conftest import Opened
from tests.dispatch.service_cities import CENTRE, NINE, StandingClock, city_config, parcel


def quote(city: LiveCity, asked: Asked, **span: object):
    limits = {"standing": None, "earliest_at": None, "latest_at": None} | span
    return quote_slots(city, asked, client_id="shop", **limits)


def test_now_and_the_grid_of_all_days_are_asked_about(city: LiveCity) -> None:
    quoted = quote(city, parcel())
    starts = [offer.slot.start_at for offer in quoted.offers]
    assert starts[0] == NINE
    assert [one.strftime("%d %H:%M") for one in starts[1:6]] == [
        "10 10:00",
        "10 12:00",
        "10 14:00",
        "10 16:00",
        "10 18:00",
    ]
    assert starts[6].strftime("%d %H:%M") == "11 08:00"
    assert {(offer.slot.end_at - offer.slot.start_at) for offer in quoted.offers} == {
        timedelta(hours=2)
    }
    assert [offer.is_live for offer in quoted.offers[5:7]] == [True, False]
    assert all(offer.slack_s >= 600 for offer in quoted.offers)


def test_nothing_is_kept_of_a_question(city: LiveCity) -> None:
    before = city.day(NINE.date()).dispatcher.cost_milli_fen
    quote(city, parcel())
    assert city.day(NINE.date()).dispatcher.cost_milli_fen == before
    assert not city.day(NINE.date()).dispatcher.ledger.requests


def test_earliest_and_latest_bound_the_beginnings(city: LiveCity) -> None:
    span = {"earliest_at": NINE + timedelta(hours=2), "latest_at": NINE + timedelta(hours=5)}
    quoted = quote(city, parcel(), **span)
    assert [offer.slot.start_at.hour for offer in quoted.offers] == [12, 14]


def test_every_no_has_its_reason(city: LiveCity, clock: StandingClock) -> None:
    piano = parcel(pickup_class="bulky", weight_g=2_000_000, volume_ml=1)
    assert {one.why for one in quote(city, piano).refusals} == {WhyNot.NOBODY_CAN}
    sofa = parcel(pickup_class="bulky", weight_g=60_000, volume_ml=900_000)
    whys = {one.window.start_at.hour: one.why for one in quote(city, sofa).refusals}
    assert whys == {18: WhyNot.NO_SHIFT, 8: WhyNot.NO_SHIFT}
    clock.set(NINE + timedelta(hours=12))
    late = quote(city, parcel(), latest_at=clock.now() + timedelta(hours=1))
    assert [one.why for one in late.refusals] == [WhyNot.NO_SHIFT]
    assert late.next is not None
    assert late.next.start_at.strftime("%d %H:%M") == "11 08:00"


def test_what_planners_stopped_is_not_sold_until_they_sell_again(city: LiveCity) -> None:
    lon, lat = CENTRE
    ring = [
        [lon, lat - 0.01],
        [lon + 0.02, lat - 0.01],
        [lon + 0.02, lat + 0.01],
        [lon, lat - 0.01],
    ]
    with city.command() as command:
        stop = stop_selling(
            command,
            starts_at=NINE,
            ends_at=NINE + timedelta(days=5),
            area={"type": "Polygon", "coordinates": [ring]},
            pickup_class=None,
            reason="flood",
            created_by="planner",
        )
    here, elsewhere = quote(city, parcel(lat=lat - 0.005)), quote(city, parcel(lon=lon - 0.03))
    assert not here.offers
    assert {one.why for one in here.refusals} == {WhyNot.STOPPED}
    assert here.next is None
    assert elsewhere.offers
    with city.command() as command:
        sell_again(command, stop.id)
    assert quote(city, parcel(lat=lat - 0.005)).offers


@pytest.mark.parametrize(
    "area",
    [
        {"type": "Point", "coordinates": [120, 30]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]},
        {"type": "Nonsense"},
        {"coordinates": "x"},
    ],
)
def test_an_area_that_is_none_is_refused(city: LiveCity, area: dict[str, object]) -> None:
    with pytest.raises(ServiceError) as error, city.command() as command:
        stop_selling(
            command,
            starts_at=NINE,
            ends_at=NINE + timedelta(hours=1),
            area=area,
            pickup_class=None,
            reason="x",
            created_by="planner",
        )
    assert error.value.errors[0].field == "area"
    assert city.stops == ()


def test_a_place_outside_is_refused(open_city: Opened) -> None:
    city = open_city(city_config())
    for lon, lat in ((122.5, 30.2), (30.274, 120.155 - 90), (0.0, 0.0)):
        with pytest.raises(ServiceError) as error:
            quote(city, parcel(lon=lon, lat=lat))
        assert error.value.code is Code.OUT_OF_AREA
