"""The city of simulated days: where people live, hubs and couriers, the same for every seed.

Demand is a Poisson process whose rate depends on place, hour and class by the pattern of the
sampler. A Poisson number of requests, each drawn from that pattern by itself, is just that (the
points of such a process are independent, given their number).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from dispatch.domain.city import CitySettings, TravelSettings
from dispatch.domain.couriers import Courier
from dispatch.domain.day import Day
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Place
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.sampling.day import DEFAULT_DATE, default_settings, draw_hubs, snappers_of
from dispatch.sampling.fleet import draw_fleet
from dispatch.sampling.population import Population
from dispatch.sampling.requests import draw_requests
from dispatch.sampling.workload import work_curve
from dispatch.simulation.fates import couriers_present
from dispatch.simulation.policy import Briefing
from dispatch.simulation.scenarios import Scenario
from dispatch.simulation.source_ways import SourceWays
from dispatch.simulation.streams import stream
from dispatch.simulation.ways import StraightWays, Ways
from dispatch.travel import STRAIGHT_SOURCE, TravelSource, open_travel
from geo.cities import find_city

_CITY_SEED = 0
"""The city is the same in every run; only days differ."""


class ScenarioError(ValueError):
    """A scenario that the city's days cannot have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Requests to be drawn anew each day.

    Attributes:
        population: Where they come from.
        requests: Their mean number on an ordinary day.
        bulky_share: Share of them that is bulky, 0 to 1.
    """

    population: Population
    requests: int
    bulky_share: float

    def draw(
        self, midnight_at: datetime, factor: float, seed: int, name: str
    ) -> tuple[PickupRequest, ...]:
        """The requests of a day, in the order they are asked."""
        rng = stream(seed, name)
        bulky = int(rng.poisson(self.requests * self.bulky_share * factor))
        parcels = int(rng.poisson(self.requests * (1 - self.bulky_share) * factor))
        return draw_requests(
            self.population, parcels=parcels, bulky=bulky, midnight_at=midnight_at, rng=rng
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCity:
    """A city to simulate days of.

    Attributes:
        settings: What holds for it.
        midnight_at: When its day begins.
        couriers: All there are; not all of them come every day.
        hubs: Where they unload.
        expected: Requests of an ordinary day that is not simulated.
        demand: Where each day's requests come from, or the requests of the one day it has.
        source: Where planned travel times come from.
    """

    settings: CitySettings
    midnight_at: datetime
    couriers: tuple[Courier, ...]
    hubs: tuple[Hub, ...]
    expected: tuple[PickupRequest, ...]
    demand: Demand | tuple[PickupRequest, ...]
    source: TravelSource = STRAIGHT_SOURCE

    def requests(self, scenario: Scenario, seed: int) -> Sequence[PickupRequest]:
        """The requests of one day.

        Raises:
            ScenarioError: The scenario changes the demand of a day that has its own.
        """
        if isinstance(self.demand, Demand):
            return self.demand.draw(self.midnight_at, scenario.demand_factor, seed, "demand")
        if scenario.demand_factor != 1:
            raise ScenarioError(
                f"scenario {scenario.name} changes the demand by {scenario.demand_factor:g}, but "
                "a replayed day has the requests it had; take another scenario, or a city"
            )
        return self.demand

    def briefing(self, scenario: Scenario, seed: int) -> Briefing:
        """What is known in the morning of one day."""
        places = [request.place for request in self.requests(scenario, seed)]
        places += [hub.place for hub in self.hubs]
        for courier in self.couriers:
            places += [courier.start] + ([courier.end] if courier.end is not None else [])
        return Briefing(
            settings=self.settings,
            midnight_at=self.midnight_at,
            couriers=couriers_present(self.couriers, scenario, seed),
            hubs=self.hubs,
            ways=self._ways(places),
            expected=self.expected,
        )

    def _ways(self, places: Sequence[Place]) -> Ways:
        if self.source.times is None:
            return StraightWays(self.settings, places)
        return SourceWays(self.settings, self.source, self.source.times, places)


def sampled_city(
    name: str,
    *,
    couriers: int,
    vans: int,
    requests: int,
    bulky_share: float = 0.07,
    day_date: date = DEFAULT_DATE,
    travel: TravelSettings | None = None,
) -> SimulatedCity:
    """A city of the catalogue with a fleet of so many.

    Args:
        name: English or Chinese.
        couriers: E-bikes for parcels, 0 or more.
        vans: Crews of two for bulky pickups, 0 or more.
        requests: Mean number on an ordinary day.
        bulky_share: Share of them that is bulky, 0 to 1.
        day_date: Of its days.
        travel: Where planned travel times come from, straight lines by default; places are near
            the streets of a network.

    Raises:
        GeoError: There is no such city, or the source of travel times is none.
        OSError: A file of it cannot be read.
    """
    city = find_city(name)
    settings = default_settings(city.name, day_date)
    settings = replace(settings, travel=travel or settings.travel)
    source = open_travel(settings)
    midnight_at = datetime.combine(day_date, time(), settings.timezone)
    streets = None if source.roads is None else source.roads.network
    population = Population.of_city(
        city, stream(_CITY_SEED, "people", city.name), snappers_of(streets)
    )
    hubs = draw_hubs(population, requests, midnight_at, stream(_CITY_SEED, "hubs", city.name))
    demand = Demand(population=population, requests=requests, bulky_share=bulky_share)
    expected = demand.draw(midnight_at, 1.0, _CITY_SEED, "expected")
    fleet: list[Courier] = []
    for kind, count in ((PickupClass.PARCEL, couriers), (PickupClass.BULKY, vans)):
        fleet += draw_fleet(
            kind,
            work_curve(kind, expected, settings, city.projection),
            count,
            population=population,
            hubs=hubs,
            midnight_at=midnight_at,
            rng=stream(_CITY_SEED, "couriers", city.name, kind),
        )
    return SimulatedCity(
        settings=settings,
        midnight_at=midnight_at,
        couriers=tuple(fleet),
        hubs=hubs,
        expected=expected,
        demand=demand,
        source=source,
    )


def replayed_city(day: Day) -> SimulatedCity:
    """The city of a recorded or sampled day, whose requests come as they came.

    Fixed zones are drawn from the day itself, which nobody could know in the morning.

    Raises:
        GeoError: The source of travel times that its settings name is none.
        OSError: A file of it cannot be read.
    """
    return SimulatedCity(
        settings=day.settings,
        midnight_at=datetime.combine(day.settings.date, time(), day.settings.timezone),
        couriers=day.couriers,
        hubs=day.hubs,
        expected=day.requests,
        demand=day.requests,
        source=open_travel(day.settings),
    )
