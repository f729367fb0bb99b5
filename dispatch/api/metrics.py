"""Figures for Prometheus; nothing that counts without bound is a label."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from dispatch.service.observer import Observer
from dispatch.webhooks.retrying import Became

_FAST_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SLOW_S = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics(Observer):
    """Counts what the service and the door tell it."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._answers = Histogram(
            "dispatch_http_seconds",
            "Time to answer requests.",
            ("method", "route", "status"),
            buckets=_FAST_S,
            registry=registry,
        )
        self._slots = Counter(
            "dispatch_slots", "Windows asked about.", ("city", "answer"), registry=registry
        )
        self._holds = Counter("dispatch_holds", "Holds.", ("city", "what"), registry=registry)
        self._pickups = Counter("dispatch_pickups", "Pickups.", ("city", "what"), registry=registry)
        self._promises = Counter(
            "dispatch_promises", "Doors reached.", ("city", "outcome"), registry=registry
        )
        self._events = Counter(
            "dispatch_courier_events",
            "What couriers told.",
            ("city", "kind", "outcome"),
            registry=registry,
        )
        self._ticks = Histogram(
            "dispatch_tick_seconds",
            "Time to search and publish a plan.",
            ("city",),
            buckets=_SLOW_S,
            registry=registry,
        )
        self._open = Gauge(
            "dispatch_open_pickups", "Pickups in today's plan.", ("city",), registry=registry
        )
        self._late = Gauge(
            "dispatch_late_pickups",
            "Pickups of today's plan that are late in it or not in it.",
            ("city",),
            registry=registry,
        )
        self._cost = Gauge(
            "dispatch_plan_cost_yuan", "Cost of today's plan.", ("city",), registry=registry
        )
        self._rebuilds = Histogram(
            "dispatch_rebuild_seconds",
            "Time to build a city's plans from the database.",
            ("city",),
            buckets=_SLOW_S,
            registry=registry,
        )

        self._deliveries = Counter(
            "dispatch_webhook_attempts", "Webhooks tried.", ("became",), registry=registry
        )

    def answered(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._answers.labels(method, route, str(status)).observe(seconds)

    def slots(self, city: str, *, offered: int, refused: int) -> None:
        """Windows were asked about."""
        self._slots.labels(city, "offered").inc(offered)
        self._slots.labels(city, "refused").inc(refused)

    def hold(self, city: str, what: str) -> None:
        """Something became of a hold."""
        self._holds.labels(city, what).inc()

    def pickup(self, city: str, what: str) -> None:
        """Something became of a pickup."""
        self._pickups.labels(city, what).inc()

    def promise(self, city: str, *, kept: bool) -> None:
        """Somebody was at a door."""
        self._promises.labels(city, "kept" if kept else "broken").inc()

    def tick(
        self, city: str, *, seconds: float, open_pickups: int, late: int, cost_milli_fen: int
    ) -> None:
        """A plan was searched and published."""
        self._ticks.labels(city).observe(seconds)
        self._open.labels(city).set(open_pickups)
        self._late.labels(city).set(late)
        self._cost.labels(city).set(cost_milli_fen / 100_000)

    def event(self, city: str, kind: str, outcome: str) -> None:
        """A courier told of something."""
        self._events.labels(city, kind, outcome).inc()

    def rebuilt(self, city: str, *, seconds: float) -> None:
        """A city was built from the database."""
        self._rebuilds.labels(city).observe(seconds)

    def delivery(self, became: Became) -> None:
        """A webhook was tried."""
        self._deliveries.labels(became).inc()

    def text(self) -> bytes:
        """All figures in the format that Prometheus reads."""
        return generate_latest(self._registry)
