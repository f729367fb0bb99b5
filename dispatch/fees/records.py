"""Fees and settlements as JSON records, checked again when they are read."""

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from dispatch.fees.errors import FeeError
from dispatch.fees.fee import Fee
from dispatch.fees.settlement import Settlement

_T = TypeVar("_T")

_FEE = TypeAdapter(Fee)
_SETTLEMENT = TypeAdapter(Settlement)


def fee_to_json(fee: Fee) -> dict[str, Any]:
    """A fee as JSON values."""
    record: dict[str, Any] = _FEE.dump_python(fee, mode="json")
    return record


def fee_from_json(record: dict[str, Any]) -> Fee:
    """The fee of a record that :func:`fee_to_json` made.

    Raises:
        FeeError: It has another form, or does not add up.
    """
    return _read(_FEE, record, "fee")


def settlement_to_json(settlement: Settlement) -> dict[str, Any]:
    """A settlement as JSON values, the quote included."""
    record: dict[str, Any] = _SETTLEMENT.dump_python(settlement, mode="json")
    return record


def settlement_from_json(record: dict[str, Any]) -> Settlement:
    """The settlement of a record that :func:`settlement_to_json` made.

    Raises:
        FeeError: It has another form, or does not add up.
    """
    return _read(_SETTLEMENT, record, "settlement")


def _read(adapter: TypeAdapter[_T], record: dict[str, Any], noun: str) -> _T:
    try:
        return adapter.validate_python(record)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise FeeError(
            f"the {noun} record cannot be read: {place} {first['msg']}".replace("  ", " "),
            "restore the record from a backup, or reckon it again",
        ) from error
