"""Colours of the page, safe for colour-blind readers.

Okabe and Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/; shape or place
always says the same thing a second time.
"""

from dispatch.domain.requests import PickupClass

PARCEL = "#0072B2"
BULKY = "#E69F00"
DRIVE = "#7F8C99"
UNLOAD = "#009E73"
WAIT = "#DCE1E6"
BREAK = "#F4E98C"
WRONG = "#D55E00"
INK = "#1F2933"

OF_CLASS = {PickupClass.PARCEL: PARCEL, PickupClass.BULKY: BULKY}
