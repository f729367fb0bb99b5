"""What kind of day is simulated.

The figures are assumptions, reasoned in ``docs/simulation.md``, but for the factor of the peak
day: on 11 November, the State Post Bureau counted 1.5 (2024) to 2 times (2020) the deliveries of a
usual day. The peak of returns comes some days later; its factor is not published.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How far a day strays from its plan.

    Attributes:
        drive_sigma: Of the logarithm of a drive's time over the planned one; the mean is 1.
        traffic_sigma: The same for each hour of the day, shared by all drives of the city.
        door_sigma: The same for the time at one door.
        cancelled: Share of promised pickups the shopper calls off.
        nobody_home: Share of doors that stay shut.
        refused: Share of pickups that the first courier sent to them refuses.
        heavier: Share of loads that weigh more than said.
        heavier_factor: How much more.
        breakdowns: Per courier and hour of shift.
    """

    drive_sigma: float = 0.2
    traffic_sigma: float = 0.08
    door_sigma: float = 0.3
    cancelled: float = 0.03
    nobody_home: float = 0.03
    refused: float = 0.005
    heavier: float = 0.05
    heavier_factor: float = 1.5
    breakdowns: float = 0.0005


NO_CHANCES = Chances(
    drive_sigma=0.0,
    traffic_sigma=0.0,
    door_sigma=0.0,
    cancelled=0.0,
    nobody_home=0.0,
    refused=0.0,
    heavier=0.0,
    breakdowns=0.0,
)
"""All goes as planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A kind of day.

    Attributes:
        name: On the command line and in reports.
        what: In a few words.
        demand_factor: Requests over those of an ordinary day.
        travel_factor: Driving times over planned ones.
        door_factor: Times at the door over planned ones.
        missing_share: Share of the couriers of each vehicle class who do not come.
        chances: Of what goes differently.
    """

    name: str
    what: str
    demand_factor: float = 1.0
    travel_factor: float = 1.0
    door_factor: float = 1.0
    missing_share: float = 0.0
    chances: Chances = Chances()

    def rehearsed(self) -> "Scenario":
        """The day from which it is known what is usual: an ordinary one with this weather."""
        return replace(
            SCENARIOS["ordinary"], travel_factor=self.travel_factor, door_factor=self.door_factor
        )


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario(name="ordinary", what="an ordinary day"),
        Scenario(
            name="rain",
            what="rain: drives take 30 % longer and doors 10 %",
            travel_factor=1.3,
            door_factor=1.1,
        ),
        Scenario(name="peak", what="twice the requests with the ordinary fleet", demand_factor=2.0),
        Scenario(name="missing", what="a third of the couriers do not come", missing_share=1 / 3),
    )
}
