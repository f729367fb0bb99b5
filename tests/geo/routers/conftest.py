import pytest

from tests.geo.routers.osrm_double import OsrmDouble


@pytest.fixture
def osrm():
    with OsrmDouble() as server:
        yield server
