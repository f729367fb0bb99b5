"""Who is told what happens, for figures; the service itself keeps none."""


class Observer:
    """Takes no notice; whoever wants to count overrides what it is interested in."""

    def slots(self, city: str, *, offered: int, refused: int) -> None:
        """Windows were asked about."""

    def hold(self, city: str, what: str) -> None:
        """A hold was ``taken``, ``refused``, ``released``, ``expired`` or ``booked``."""

    def pickup(self, city: str, what: str) -> None:
        """A pickup was ``booked``, ``rescheduled``, ``cancelled``, ``collected`` or ``failed``."""

    def promise(self, city: str, *, kept: bool) -> None:
        """Somebody was at a door, within the promised window or after it."""

    def tick(
        self, city: str, *, seconds: float, open_pickups: int, late: int, cost_milli_fen: int
    ) -> None:
        """A plan was searched and published."""

    def event(self, city: str, kind: str, outcome: str) -> None:
        """A courier told of something."""

    def rebuilt(self, city: str, *, seconds: float) -> None:
        """The plans of a city were built from the database."""
