"""Instances in Solomon's and VRPLIB's forms as problems."""

import re
from enum import StrEnum

from solvers.errors import InvalidProblemError
from solvers.formats.cvrplib.building import build_problem
from solvers.formats.cvrplib.fields import solomon_fields, vrplib_fields
from solvers.formats.cvrplib.instance import Instance
from solvers.formats.cvrplib.rounding import Rounding
from solvers.formats.errors import FormatError

# What published results of a kind follow: the convention, and whether costs count its units.
_CONVENTIONS = {
    "MTVRPTWR": (Rounding.DIMACS, True),
    "SDVRPTW": (Rounding.EXACT, True),
    "VRPTW": (Rounding.DIMACS, False),
}


class InstanceForm(StrEnum):
    """The two text forms."""

    SOLOMON = "solomon"
    VRPLIB = "vrplib"


def form_of(text: str) -> InstanceForm:
    """The form a file seems to be in; Solomon's has a ``CUSTOMER`` line of its own."""
    solomon = re.search(r"^\s*CUSTOMER\s*$", text, re.MULTILINE)
    return InstanceForm.SOLOMON if solomon else InstanceForm.VRPLIB


def read_instance(text: str, form: InstanceForm, rounding: Rounding | None = None) -> Instance:
    """The instance a file holds.

    Args:
        text: Of the file.
        form: Which form it is in.
        rounding: How to round; ``None`` takes what published results of its kind follow.

    Raises:
        FormatError: The file is broken, or holds something not understood.
    """
    fields = solomon_fields(text) if form is InstanceForm.SOLOMON else vrplib_fields(text)
    usual, publishes_scaled = _CONVENTIONS.get(
        str(fields.get("type", "")).upper(), (Rounding.NONE, False)
    )
    try:
        problem = build_problem(fields, rounding or usual)
    except InvalidProblemError as error:
        issue = error.issues[0]
        raise FormatError(issue.element, issue.cause, issue.action) from error
    return Instance(
        name=str(fields.get("name", "")),
        problem=problem,
        rounding=rounding or usual,
        publishes_scaled=publishes_scaled,
    )
