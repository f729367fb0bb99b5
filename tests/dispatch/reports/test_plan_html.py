"""``plan.html``: what is in the file, and what Chromium makes of it where it is installed."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from shapely.geometry import Polygon

from dispatch.domain.day import Day
from dispatch.domain.plans import Plan
from dispatch.figures import figures_of
from dispatch.reports.plan_html import html_text
from geo.geojson import to_geometry

ZONE = {
    "type": "Feature",
    "properties": {"zone": "城西"},
    "geometry": to_geometry(Polygon([(120, 30), (120.3, 30), (120.3, 30.5), (120, 30.5)])),
}


def page_of(plan: Plan, day: Day) -> str:
    return html_text(plan, day, figures_of(plan, day), [ZONE])


class Resources(HTMLParser):
    """Collects what the page would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [f"{tag} {value}" for name, value in attrs if name in ("src", "href")]


def test_the_page_loads_nothing_and_forbids_itself_to(small_plan: Plan, small_day: Day) -> None:
    page = page_of(small_plan, small_day)
    assert Resources(page).loaded == ["link data:,"]
    assert "default-src 'none'" in page
    styles = "".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    assert "url(" not in styles
    assert "@import" not in styles


def test_the_page_is_small_enough_to_mail(small_plan: Plan, small_day: Day) -> None:
    assert len(page_of(small_plan, small_day).encode("utf-8")) < 2_000_000


def test_names_cannot_break_out_of_the_page(small_plan: Plan, small_day: Day) -> None:
    evil = "</script><script>alert(1)</script><!--"
    request = replace(small_day.requests[4], id=evil)
    day = replace(small_day, requests=(*small_day.requests[:4], request))
    unserved = replace(small_plan.unserved[0], request_id=evil)
    plan = replace(small_plan, unserved=(unserved,), zone_of={"R1": evil})
    page = page_of(plan, day)
    assert "alert(1)</script>" not in page
    found = re.search(r'id="plan-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    assert json.loads(found[1])["requests"][4]["id"] == evil


def test_an_interrupted_search_is_marked(small_plan: Plan, small_day: Day) -> None:
    plan = replace(small_plan, origin=replace(small_plan.origin, interrupted=True))
    assert "interrupted search</span>" not in page_of(small_plan, small_day)
    assert "interrupted search</span>" in page_of(plan, small_day)


# ---- in a browser -------------------------------------------------------------------------------

BROWSER = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)


def opened(page: str, folder: Path, fragment: str = "") -> str:
    """The page's document after its script has run, without a network."""
    path = folder / "plan.html"
    path.write_text(page, encoding="utf-8")
    if BROWSER is None:
        pytest.skip("needs Chromium to open the page")
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={folder / 'profile'}",
        "--virtual-time-budget=8000",
        "--window-size=1440,900",
        "--dump-dom",
        f"{path.as_uri()}{fragment}",
    ]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    text = done.stdout.decode("utf-8")
    assert 'data-ready="yes"' in text, done.stderr.decode("utf-8")[-2000:]
    return text


def visible(document: str, name: str) -> str:
    """Words of the element with this id, up to the next element with an id."""
    found = re.search(rf'id="{name}"(?P<inside>.*?)<(?:div|section)[^>]* id="', document, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]*>", " ", found["inside"])


def test_a_request_in_the_address_is_found_on_its_route(
    small_plan: Plan, small_day: Day, tmp_path: Path
) -> None:
    document = opened(page_of(small_plan, small_day), tmp_path, "#B4")
    couriers = visible(document, "courier-list")
    assert all(name in couriers for name in ("C1", "V1 王师傅", "C3", "idle"))
    assert "R5" in visible(document, "panel-unserved")
    assert "¥50.00" in visible(document, "panel-unserved")
    detail = visible(document, "courier-detail")
    assert "V1 王师傅" in detail
    assert "11 min late" in detail
    assert re.search(r'<tr[^>]*data-visit="B4"[^>]*class="on"', document)


def test_an_unserved_request_says_why_and_what_would_help(
    reasoned_plan: Plan, small_day: Day, tmp_path: Path
) -> None:
    document = opened(page_of(reasoned_plan, small_day), tmp_path, "#R5")
    listed = visible(document, "panel-unserved")
    assert "V1 王师傅 comes nearest: would ring 7 min late." in listed
    assert "Would let it in: window until 17:07" in listed
    assert "Would let it in: one more van in zone 10" in listed
    assert re.search(r'<tr[^>]*data-visit="R5"[^>]*class="on"', document)


def test_an_empty_day_opens_too(small_plan: Plan, small_day: Day, tmp_path: Path) -> None:
    day = replace(small_day, requests=(), couriers=(), hubs=())
    plan = replace(
        small_plan,
        routes=(),
        idle_courier_ids=(),
        idle_shift_s=0,
        unserved=(),
        zone_of={},
        cost_milli_fen={},
    )
    document = opened(html_text(plan, day, figures_of(plan, day)), tmp_path)
    assert "No requests on this day." in document
    assert "No couriers on shift." in document
