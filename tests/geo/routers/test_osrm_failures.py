"""OsrmTravel against servers that are down, busy, slow, or answer nonsense."""

import gc
import pickle
import socket
import threading
import warnings
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from geo.errors import GeoError
from geo.routers.asking import Asker, Call, pause_before_s, retry_after_s
from geo.routers.errors import PlacesTooFarError, RouterUnavailableError
from geo.routers.osrm import OsrmTravel
from geo.routers.settings import OsrmEndpoint, OsrmLimits, Patience
from geo.travel_times import SpeedProfile
from tests.geo.routers.osrm_double import Reply, busy, json_reply

VAN = SpeedProfile("van", 1300, (7000,))
POINTS = [(117.0, 36.6), (117.01, 36.61)]
SOON = Patience(attempts=3, first_wait_s=0.001, timeout_s=5)


def failure(url, patience=SOON, points=POINTS, limits=None):
    settings = {} if limits is None else {"limits": limits}
    with (
        OsrmTravel({"van": OsrmEndpoint(url=url)}, patience=patience, **settings) as source,
        pytest.raises(GeoError) as caught,
    ):
        source.matrix(points, points, profile=VAN, breakpoints_s=(0,))
    return caught.value


def is_unavailable(error, code):
    return isinstance(error, RouterUnavailableError) and error.code == code


def table(**changes):
    """A right answer for two places, with some of it changed or, by None, left out."""
    waypoint = {"distance": 1.0, "location": [117, 36.6]}
    payload = {
        "code": "Ok",
        "durations": [[0, 9], [8, 0]],
        "distances": [[0, 90], [80, 0]],
        "sources": [waypoint] * 2,
        "destinations": [waypoint] * 2,
        **changes,
    }
    return {name: value for name, value in payload.items() if value is not None}


def test_a_server_that_is_down_is_named_without_its_password():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    error = failure(f"http://user:secret@127.0.0.1:{port}/osrm")
    assert is_unavailable(error, "router.unreachable")
    assert f"http://127.0.0.1:{port}/osrm does not answer" in error.cause
    assert "attempts: 3" in error.cause
    assert "secret" not in str(error)


def test_a_server_that_stays_busy_is_given_up(osrm):
    osrm.replies.extend([busy(503)] * 10)
    error = failure(osrm.url)
    assert is_unavailable(error, "router.unreachable")
    assert "status 503" in error.cause
    assert len(osrm.asked) == 3


def test_a_server_that_hangs_is_given_up(osrm):
    never = threading.Event()
    osrm.replies.extend([Reply(wait_for=never)] * 10)
    error = failure(osrm.url, Patience(attempts=2, first_wait_s=0, timeout_s=0.05))
    never.set()
    assert is_unavailable(error, "router.unreachable")
    assert "no answer within 0.05 s" in error.cause


def test_connections_cut_off_are_made_again(osrm):
    osrm.replies.extend([Reply(cut=True)] * 2)
    with OsrmTravel({"van": OsrmEndpoint(url=osrm.url)}, patience=SOON) as source:
        matrix = source.matrix(POINTS, POINTS, profile=VAN, breakpoints_s=(0,))
    assert matrix.duration_s.shape == (1, 2, 2)
    assert len(osrm.asked) == 3


def test_the_deadline_holds_for_all_attempts_together(osrm):
    never = threading.Event()
    osrm.replies.extend([Reply(wait_for=never)] * 100)
    patience = Patience(attempts=100, first_wait_s=0, timeout_s=5, deadline_s=0.1)
    error = failure(osrm.url, patience)
    never.set()
    assert is_unavailable(error, "router.deadline")
    assert "within 0.1 s" in error.cause
    assert len(osrm.asked) < 100


def test_a_pause_the_server_asks_for_holds_for_all_requests(osrm):
    points = np.random.default_rng(1).uniform((116.9, 36.6), (117.1, 36.7), (40, 2))
    osrm.replies.append(busy(429, "1"))
    limits = OsrmLimits(table_size=10, in_flight=3)
    with OsrmTravel({"van": OsrmEndpoint(url=osrm.url)}, patience=SOON, limits=limits) as source:
        source.matrix(points, points, profile=VAN, breakpoints_s=(0,))
    begun = sorted(osrm.asked_at)
    assert max(b - a for a, b in pairwise(begun)) > 0.5


def test_a_pause_beyond_the_deadline_is_not_waited_for(osrm):
    osrm.replies.append(busy(429, "3600"))
    error = failure(osrm.url)
    assert is_unavailable(error, "router.deadline")
    assert "status 429" in error.cause
    assert "3600 s" in error.cause
    assert len(osrm.asked) == 1


def test_pauses_double_vary_and_have_an_end():
    patience = Patience(first_wait_s=1, longest_wait_s=5)
    for attempt, longest_s in ((1, 1), (2, 2), (3, 4), (4, 5), (500, 5)):
        drawn = [pause_before_s(attempt, patience) for _ in range(50)]
        assert longest_s / 2 <= min(drawn) < max(drawn) <= longest_s


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7),
        (" 0 ", 0),
        ("Wed, 01 May 2024 12:00:30 GMT", 30),
        ("Wed, 01 May 2024 11:00:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(header, seconds):
    assert retry_after_s(header, now=lambda: datetime(2024, 5, 1, 12, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_page_instead_of_json_is_shown(osrm, status):
    page = Reply(status, b"<html>Welcome to nginx</html>", {"Content-Type": "text/html"})
    osrm.replies.append(page)
    error = failure(osrm.url)
    assert is_unavailable(error, "router.answer")
    assert f"status {status} and text/html" in error.cause
    assert "Welcome to nginx" in error.cause


@pytest.mark.parametrize("body", [b"", b"[]", b'"Ok"', b'{"status": 0}', b'{"code": 5}'])
def test_json_without_a_code_is_no_answer_of_osrm(osrm, body):
    osrm.replies.append(Reply(200, body))
    error = failure(osrm.url)
    assert is_unavailable(error, "router.answer")
    assert "no code of OSRM" in error.cause


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_in_front_of_the_server_says_so(osrm, status):
    osrm.replies.append(Reply(status, b"<html>no</html>", {"Content-Type": "text/html"}))
    error = failure(osrm.url)
    assert error.code == "router.refused"
    assert f"status {status}" in error.cause


def test_a_code_other_than_ok_is_told_with_its_message(osrm):
    osrm.replies.append(json_reply({"code": "InvalidQuery", "message": "Query malformed"}, 400))
    error = failure(osrm.url)
    assert not isinstance(error, RouterUnavailableError)
    assert error.code == "router.refused"
    assert "InvalidQuery (Query malformed)" in error.cause


def test_the_place_without_a_street_is_named(osrm):
    message = "Could not find a matching segment for coordinate 1"
    osrm.replies.append(json_reply({"code": "NoSegment", "message": message}, 400))
    error = failure(osrm.url)
    assert error.code == "router.refused"
    assert "coordinate 1, which is 117.010000,36.610000" in error.cause


WRONG_TABLES = {
    "durations are missing": table(durations=None),
    "distances are missing": table(distances=None),
    "durations are str": table(durations="0,9"),
    "durations has 1 rows": table(durations=[[0, 9]]),
    "distances has 2 rows of 3": table(distances=[[0, 9, 1], [8, 0, 1]]),
    "durations has 2 rows of 1/2": table(durations=[[0], [8, 0]]),
    "durations has 2 rows of -1/2": table(durations=[[0, 9], None]),
    "durations[1][0] is '8'": table(durations=[[0, 9], ["8", 0]]),
    "durations[0][1] is True": table(durations=[[0, True], [8, 0]]),
    "durations[0][0] is [0]": table(durations=[[[0], 9], [8, 0]]),
    "durations[0][1] is -9": table(durations=[[0, -9], [8, 0]]),
    "distances[1][0] is 1e+300": table(distances=[[0, 9], [1e300, 0]]),
    "sources does not describe 2": table(sources=[{"distance": 1}]),
    "destinations does not describe 2": table(destinations=None),
    "sources does not say how far": table(sources=[{"distance": 1}, {}]),
    "destinations does not say": table(destinations=[{"distance": -1}, {"distance": 1}]),
}


@pytest.mark.parametrize("what", WRONG_TABLES)
def test_wrong_tables_are_refused_and_told(osrm, what):
    osrm.replies.append(json_reply(WRONG_TABLES[what]))
    error = failure(osrm.url)
    assert is_unavailable(error, "router.answer")
    assert what in error.cause


def test_not_a_number_is_not_json(osrm):
    body = b'{"code": "Ok", "durations": [[0, NaN], [8, 0]]}'
    osrm.replies.append(Reply(200, body, {"Content-Type": "application/json"}))
    assert is_unavailable(failure(osrm.url), "router.answer")


@pytest.mark.parametrize(
    "routes",
    [
        [],
        [{"legs": []}],
        [{"legs": [{"steps": []}] * 2}],
        [{"legs": [{}]}],
        [{"legs": [{"steps": [{"geometry": {"coordinates": [["a", "b"]]}}]}]}],
        [{"legs": [{"steps": [{"geometry": "encoded"}]}]}],
    ],
)
def test_wrong_routes_are_refused(osrm, routes):
    waypoints = [{"distance": 0.0}] * 2
    osrm.replies.append(json_reply({"code": "Ok", "routes": routes, "waypoints": waypoints}))
    with (
        OsrmTravel({"van": OsrmEndpoint(url=osrm.url)}) as source,
        pytest.raises(RouterUnavailableError, match="route that cannot be used"),
    ):
        source.paths(POINTS, profile=VAN)


def test_the_first_error_does_not_wait_for_requests_that_hang(osrm):
    points = np.random.default_rng(1).uniform((116.9, 36.6), (117.1, 36.7), (20, 2))
    hung = threading.Event()
    refusal = json_reply({"code": "InvalidOptions", "message": "no"}, 400)
    osrm.replies.extend([Reply(wait_for=hung, wait_s=3), refusal, refusal])
    error = failure(osrm.url, points=points, limits=OsrmLimits(table_size=5, in_flight=2))
    assert error.code == "router.refused"
    assert osrm.waited_in_vain == 0
    hung.set()


def test_an_interrupt_ends_the_requests_and_the_source_can_be_used_again(osrm):
    points = np.random.default_rng(1).uniform((116.9, 36.6), (117.1, 36.7), (60, 2))

    def interrupt(done, of):
        if done < of and not interrupted:
            interrupted.append(done)
            raise KeyboardInterrupt

    interrupted = []
    endpoints = {"van": OsrmEndpoint(url=osrm.url)}
    limits = OsrmLimits(table_size=5)
    with OsrmTravel(endpoints, limits=limits, on_progress=interrupt) as source:
        with pytest.raises(KeyboardInterrupt):
            source.matrix(points, points, profile=VAN, breakpoints_s=(0,))
        assert len(osrm.asked) < 144
        whole = source.matrix(points, points, profile=VAN, breakpoints_s=(0,))
    assert whole.duration_s.shape == (1, 60, 60)


@pytest.mark.parametrize(
    "url", ["localhost:5000", "ftp://localhost", "http://", "http://host?x=1", "http://host#x", ""]
)
def test_addresses_that_cannot_be_are_refused(url):
    with pytest.raises(GeoError) as caught:
        OsrmEndpoint(url=url)
    assert caught.value.code == "router.settings"


def test_profiles_and_figures_that_cannot_be_are_refused():
    for make in (
        lambda: OsrmEndpoint(url="http://host", profile="a/b"),
        lambda: OsrmEndpoint(url="http://host", profile=""),
        lambda: OsrmLimits(table_size=0),
        lambda: OsrmLimits(url_chars=100_000),
        lambda: OsrmLimits(in_flight=0),
        lambda: Patience(attempts=0),
        lambda: Patience(timeout_s=0),
        lambda: Patience(first_wait_s=-1),
    ):
        with pytest.raises(GeoError) as caught:
            make()
        assert caught.value.code == "router.settings"


def test_errors_survive_a_process_pool():
    far = PlacesTooFarError(np.array([[117.0, 36.6]]), np.array([4000.0]), 300)
    copy = pickle.loads(pickle.dumps(far))
    assert str(copy) == str(far)
    assert copy.points.tolist() == [[117.0, 36.6]]
    down = RouterUnavailableError("router.unreachable", "it is down", "start it")
    assert str(pickle.loads(pickle.dumps(down))) == str(down)


def test_a_request_that_connects_while_all_is_closed_leaves_no_connection_open(osrm, monkeypatch):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        close_while_connecting(osrm, monkeypatch)
        gc.collect()
    assert not [str(each.message) for each in seen if each.category is ResourceWarning]


def close_while_connecting(osrm, monkeypatch):
    connecting, closed = threading.Event(), threading.Event()
    connect = socket.create_connection

    def slowly(*args, **kwargs):
        connecting.set()
        assert closed.wait(5)
        return connect(*args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", slowly)
    osrm.replies.append(Reply(body=b"{}"))
    asker = Asker(SOON, connections=1)
    ended = []

    def ask():
        ended.append(asker.get(f"{osrm.url}/nearest", Call(SOON), server="the double"))

    request = threading.Thread(target=ask)
    request.start()
    assert connecting.wait(5)
    asker.close()
    closed.set()
    request.join()
    assert ended == [(200, {})]
