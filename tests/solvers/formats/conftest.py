"""Small instances written by hand: a depot in a corner and clients on a line."""

import pytest

SOLOMON = """TINY

VEHICLE
NUMBER     CAPACITY
  2         10

CUSTOMER
CUST NO.   XCOORD.   YCOORD.    DEMAND   READY TIME   DUE DATE   SERVICE TIME

    0          0          0          0          0        100          0
    1          1          1          4          0         50         10
    2          2          2          6          5         60         10
    3          3          0          5          0         90          1
"""

VRPLIB = """NAME: tiny
COMMENT: four nodes on a line
TYPE: CVRP
EDGE_WEIGHT_TYPE: EUC_2D
DIMENSION: 4
VEHICLES: 2
CAPACITY: 10
NODE_COORD_SECTION
1 0 0
2 3 0
3 6 0
4 9 0
DEMAND_SECTION
1 0
2 4
3 4
4 4
DEPOT_SECTION
1
-1
EOF
"""


@pytest.fixture
def solomon() -> str:
    return SOLOMON


@pytest.fixture
def vrplib() -> str:
    return VRPLIB
