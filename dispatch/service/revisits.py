"""Ids of pickups in plans: a pickup that was given another window is another request there.

The ledger of a live day never forgets a request, so the id of one that was cancelled cannot be
booked again. ``pk_…`` is planned first, ``pk_…~2`` after the first change of its window.
"""

_MARK = "~"


def pickup_id_of(request_id: str) -> str:
    """The pickup a planned request is of."""
    return request_id.partition(_MARK)[0]


def next_request_id(request_id: str) -> str:
    """The id of the same pickup after another change of its window."""
    pickup_id, _, number = request_id.partition(_MARK)
    return f"{pickup_id}{_MARK}{int(number or 1) + 1}"
