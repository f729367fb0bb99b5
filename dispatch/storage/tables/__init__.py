"""The tables, one module for each part of the business; ``docs/operations.md`` lists them."""

from dispatch.storage.tables import access, cities, customers, jobs, pickups, webhooks
from dispatch.storage.tables.base import metadata

__all__ = ["access", "cities", "customers", "jobs", "metadata", "pickups", "webhooks"]
