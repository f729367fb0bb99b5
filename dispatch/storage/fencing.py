"""The fence: a writer that has been taken over from cannot write any more."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from dispatch.storage.errors import LeaseLostError
from dispatch.storage.tables.cities import city_leases


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write for a city, until another process takes it over.

    Attributes:
        city: For which city.
        holder: The process.
        fence: Rises with every change of hands.
    """

    city: str
    holder: str
    fence: int


def check_fence(tx: Connection, lease: Lease) -> None:
    """Makes sure that nobody has taken over, nor can until the transaction ends.

    Whether the lease has run out does not matter while nobody has taken it.

    Raises:
        LeaseLostError: Another process holds it by now.
    """
    row = tx.execute(
        select(city_leases.c.holder, city_leases.c.fence)
        .where(city_leases.c.city == lease.city)
        .with_for_update(read=True)
    ).one_or_none()
    if row is None or (row.holder, row.fence) != (lease.holder, lease.fence):
        held = "nobody" if row is None else f"'{row.holder}' (fence {row.fence})"
        raise LeaseLostError(
            f"'{lease.holder}' (fence {lease.fence}) may not write for {lease.city} any more; "
            f"{held} does"
        )
