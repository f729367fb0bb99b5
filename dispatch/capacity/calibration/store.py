"""Constants on disk: TOML, one table for each policy and class, with date and evidence."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dispatch.capacity.errors import CapacityError
from dispatch.capacity.staffing.constants import Constants, Decay, Evidence, Excess
from dispatch.domain.requests import PickupClass

BUNDLED = "constants.toml"

ByClass = Mapping[PickupClass, Constants]

_MOST = 1_000
_Above0 = Annotated[float, Field(gt=0, le=_MOST, allow_inf_nan=False)]


class ConstantsError(CapacityError):
    """Constants that cannot be used."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Decay(_Strict):
    ways: _Above0
    scale: _Above0
    power: _Above0
    reach: Annotated[float, Field(ge=0, le=_MOST, allow_inf_nan=False)]

    def decay(self) -> Decay:
        return Decay(ways=self.ways, scale=self.scale, power=self.power, reach=self.reach)


class _Excess(_Strict):
    ways: _Above0
    usable: _Above0

    def excess(self) -> Excess:
        return Excess(ways=self.ways, usable=self.usable)


class _Row(_Strict):
    policy: str
    pickup_class: PickupClass = Field(alias="class")
    late: _Decay
    turned: _Excess
    busy: Annotated[float, Field(gt=0, le=1)]
    fitted_on: date
    cities: tuple[str, ...]
    days: Annotated[int, Field(ge=1)]
    error_points: Annotated[float, Field(ge=0)]


class _Document(_Strict):
    constants: tuple[_Row, ...]


def bundled_constants(policy: str) -> ByClass:
    """Constants that come with the package, by class.

    Raises:
        ConstantsError: There are none for this policy.
    """
    text = resources.files("dispatch").joinpath("data", "capacity", BUNDLED).read_text("utf-8")
    return _of_policy(text, BUNDLED, policy)


def read_constants(path: Path, policy: str) -> ByClass:
    """Constants of a file, by class.

    Raises:
        ConstantsError: The file is no such file, or has none for this policy.
        OSError: It cannot be read.
    """
    return _of_policy(path.read_text("utf-8-sig"), path.name, policy)


def constants_toml(constants: Iterable[Constants]) -> str:
    """The text of a file of constants."""
    lines = ["# Constants of the capacity model; docs/capacity.md says what they mean."]
    for one in constants:
        evidence = one.evidence
        cities = ", ".join(f'"{city}"' for city in evidence.cities)
        lines += [
            "",
            "[[constants]]",
            f'policy = "{evidence.policy}"',
            f'class = "{one.kind.value}"',
            _table("late", asdict(one.late)),
            _table("turned", asdict(one.turned)),
            f"busy = {one.busy:.4f}",
            f"fitted_on = {evidence.fitted_on.isoformat()}",
            f"cities = [{cities}]",
            f"days = {evidence.days}",
            f"error_points = {evidence.error_points:.2f}",
        ]
    return "\n".join(lines) + "\n"


def _table(name: str, figures: Mapping[str, float]) -> str:
    return f"{name} = {{ {', '.join(f'{key} = {value:.4f}' for key, value in figures.items())} }}"


def _of_policy(text: str, file: str, policy: str) -> ByClass:
    rows = _parsed(text, file)
    found = {row.pickup_class: _constants(row) for row in rows if row.policy == policy}
    missing = [kind.value for kind in PickupClass if kind not in found]
    if missing:
        known = ", ".join(sorted({row.policy for row in rows})) or "none"
        raise ConstantsError(
            f"{file} has no constants for {' and '.join(missing)} under policy '{policy}' "
            f"(policies there: {known}); fit them with "
            f"'python -m benchmarks capacity --policy {policy} --refit FILE'"
        )
    return found


def _parsed(text: str, file: str) -> tuple[_Row, ...]:
    try:
        content: dict[str, Any] = tomllib.loads(text)
        return _Document.model_validate(content).constants
    except tomllib.TOMLDecodeError as error:
        raise ConstantsError(f"{file} is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConstantsError(
            f"{file}, {where}: {first['msg']}; given {first['input']!r}"
        ) from error


def _constants(row: _Row) -> Constants:
    return Constants(
        kind=row.pickup_class,
        late=row.late.decay(),
        turned=row.turned.excess(),
        busy=row.busy,
        evidence=Evidence(
            fitted_on=row.fitted_on,
            policy=row.policy,
            cities=row.cities,
            days=row.days,
            error_points=row.error_points,
        ),
    )
