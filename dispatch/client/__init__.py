"""A typed client of the service, for returns systems, courier apps and planners' tools.

It needs nothing of the server but its address and a key::

    from dispatch.client import DispatchClient, Item, Place

    with DispatchClient("https://dispatch.example.com", api_key) as client:
        found = client.slots(city="hangzhou", place=Place(lon=120.15, lat=30.27), items=[Item()])
        hold = client.hold(found.slots[0].id)
        pickup = client.book(hold_id=hold.id)
"""

from dispatch.client.cities import CitiesClient, City, CityConfiguration, Deed
from dispatch.client.client import DispatchClient
from dispatch.client.couriers import CourierClient, Task, Tasks, Verdict
from dispatch.client.errors import (
    ApiError,
    ClientError,
    FieldProblem,
    NoAnswerError,
    WebhookError,
)
from dispatch.client.planning import (
    LeftOut,
    Plan,
    PlanFigures,
    PlannedCourier,
    PlannedTask,
    PlannerClient,
    StopSale,
)
from dispatch.client.signatures import WebhookEvent, read_webhook
from dispatch.client.solves import Solve, SolveFailure, SolvesClient, SolveStatus
from dispatch.client.types import (
    Certainty,
    Contact,
    Customer,
    Fee,
    FeeLine,
    Forgotten,
    Goods,
    Hold,
    Item,
    Pickup,
    PickupClass,
    PickupList,
    PickupStatus,
    Place,
    Point,
    Reason,
    Slot,
    SlotsFound,
    Standing,
    Step,
    Unavailable,
    Window,
)
from dispatch.client.webhooks import Endpoint, Failure, WebhooksClient

__all__ = [
    "ApiError",
    "Certainty",
    "CitiesClient",
    "City",
    "CityConfiguration",
    "ClientError",
    "Contact",
    "CourierClient",
    "Customer",
    "Deed",
    "DispatchClient",
    "Endpoint",
    "Failure",
    "Fee",
    "FeeLine",
    "FieldProblem",
    "Forgotten",
    "Goods",
    "Hold",
    "Item",
    "LeftOut",
    "NoAnswerError",
    "Pickup",
    "PickupClass",
    "PickupList",
    "PickupStatus",
    "Place",
    "Plan",
    "PlanFigures",
    "PlannedCourier",
    "PlannedTask",
    "PlannerClient",
    "Point",
    "Reason",
    "Slot",
    "SlotsFound",
    "Solve",
    "SolveFailure",
    "SolveStatus",
    "SolvesClient",
    "Standing",
    "Step",
    "StopSale",
    "Task",
    "Tasks",
    "Unavailable",
    "Verdict",
    "WebhookError",
    "WebhookEvent",
    "WebhooksClient",
    "Window",
    "read_webhook",
]
