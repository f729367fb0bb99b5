"""Colours of the outcomes, from the palette that is safe for colour-blind readers."""

from dispatch.capacity.rollout.verdicts import Outcome
from dispatch.domain.requests import PickupClass
from dispatch.reports.page import palette

COLOURS = {
    Outcome.READY: palette.UNLOAD,
    Outcome.READY_ON: palette.PARCEL,
    Outcome.LATE: palette.BULKY,
    Outcome.SHORT: palette.WRONG,
}
LABELS = {
    Outcome.READY: "live and kept",
    Outcome.READY_ON: "opens in time",
    Outcome.LATE: "opens late",
    Outcome.SHORT: "short",
}
CLASS_COLOURS = {PickupClass.PARCEL: palette.PARCEL, PickupClass.BULKY: palette.BULKY}
QUIET = "#616E7C"
LINE = "#D5DBE1"
PALE = "#EEF1F4"
WORST_FIRST = (Outcome.SHORT, Outcome.LATE, Outcome.READY_ON, Outcome.READY)
