"""The routes of each day, a row for each courier."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BEFORE = sa.table(
    "day_routes",
    sa.column("city", sa.String()),
    sa.column("date", sa.Date()),
    sa.column("routes", sa.JSON()),
)


def upgrade() -> None:
    """Makes the table anew and fills it from the one before."""
    before = op.get_bind().execute(sa.select(_BEFORE)).all()
    op.drop_table("day_routes")
    table = op.create_table(
        "day_routes",
        sa.Column("city", sa.String(length=64), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("courier_id", sa.String(length=100), nullable=False),
        sa.Column("route", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("city", "date", "courier_id", name="pk_day_routes"),
    )
    op.bulk_insert(
        table,
        [
            {
                "city": row.city,
                "date": row.date,
                "courier_id": courier_id,
                "route": [["collect", request_id] for request_id in requests],
            }
            for row in before
            for courier_id, requests in row.routes.items()
        ],
    )
