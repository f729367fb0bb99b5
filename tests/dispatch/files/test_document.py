"""A day that is sent as one object is the day that a folder with the same content holds."""

from dataclasses import replace
from typing import Any

import pytest

from dispatch.files import DayError, read_day, read_day_document
from tests.dispatch.jobs.sent_days import TINY_DAY, tiny_document


@pytest.fixture
def document() -> dict[str, Any]:
    return tiny_document()


def test_document_is_the_same_day_as_the_folder(document: dict[str, Any]) -> None:
    day = read_day_document(document)
    assert replace(day, fingerprint="") == replace(read_day(TINY_DAY), fingerprint="")


def test_every_issue_is_told_with_its_part(document: dict[str, Any]) -> None:
    document["requests"][1]["lon"] = "here"
    document["couriers"][0]["colour"] = "red"
    document["weather"] = {}
    del document["hubs"]
    with pytest.raises(DayError) as caught:
        read_day_document(document)
    told = {(issue.file, issue.row, issue.field) for issue in caught.value.issues}
    assert told == {("hubs.json", None, None), ("day", None, "weather")}
    document |= {"hubs": []}
    del document["weather"]
    with pytest.raises(DayError) as caught:
        read_day_document(document)
    told = {(issue.file, issue.row, issue.field) for issue in caught.value.issues}
    assert {("requests.json", 2, "lon"), ("couriers.json", 1, "colour")} <= told


@pytest.mark.parametrize(
    "travel",
    [
        {"source": "roads", "roads": "/etc/passwd"},
        {"speeds": "/etc/passwd"},
        {"source": "osrm", "osrm": {"ebike": {"url": "http://169.254.169.254/"}}},
    ],
)
def test_who_sends_a_day_cannot_name_files_or_servers(
    document: dict[str, Any], travel: dict[str, Any]
) -> None:
    document["city"]["travel"] = travel
    with pytest.raises(DayError) as caught:
        read_day_document(document)
    assert {issue.code for issue in caught.value.issues} == {"city.travel"}


@pytest.mark.parametrize("wrong", [None, 7, "x", [1], {"a": None}])
def test_parts_of_any_shape_are_refused_by_name(document: dict[str, Any], wrong: Any) -> None:
    for part in ("city", "requests", "couriers", "hubs"):
        with pytest.raises(DayError):
            read_day_document(document | {part: wrong})
