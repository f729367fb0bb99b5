"""A real OSRM, prepared from a map and served on this machine, where its programs are found."""

import importlib.util
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx

_STARTS_WITHIN_S = 120

_CAR_WITHOUT_PENALTIES = """\
-- OSRM's own profile for cars, with nothing that costs time but the length of the street.
package.path = "{profiles}/?.lua;" .. package.path
local car = require("car")
local whole = car.setup
car.setup = function()
  local profile = whole()
  profile.properties.weight_name = "duration"
  profile.properties.u_turn_penalty = 0
  profile.properties.continue_straight_at_waypoint = false
  profile.service_penalties = {{}}
  profile.surface_speeds = {{}}
  profile.tracktype_speeds = {{}}
  profile.smoothness_speeds = {{}}
  profile.barrier_penalties = {{ gate = 0, lift_gate = 0 }}
  return profile
end
car.process_turn = function(profile, turn)
  turn.duration = 0
  turn.weight = 0
end
return car
"""


class OsrmMissingError(Exception):
    """OSRM's programs are not on this machine, or one of them failed."""


def osrm_folder() -> Path | None:
    """The folder of the package `osrm-bindings`, which brings programs and profiles.

    It is looked for where ``OSRM_PACKAGE`` points, then among the installed packages. The wheels
    need Python 3.12, the programs in them none; so an older Python may use those of a newer one.
    """
    given = os.environ.get("OSRM_PACKAGE")
    if given:
        return Path(given)
    found = importlib.util.find_spec("osrm")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent


def prepare(osm: Path, folder: Path, *, data_version: str, penalties: bool = True) -> Path:
    """Prepare a map for cars; returns the path that `serve` takes.

    Args:
        osm: map, as .osm.pbf.
        folder: where the data goes.
        data_version: what the server calls the map.
        penalties: as OSRM's profile has them, or none for turns, lights, gates, surfaces.

    Raises:
        OsrmMissingError: The programs are not there, or one of them failed.
    """
    package = _package()
    profile = package / "share" / "profiles" / "car.lua"
    if not penalties:
        text = _CAR_WITHOUT_PENALTIES.format(profiles=profile.parent.as_posix())
        profile = folder / "car_without_penalties.lua"
        profile.write_text(text, encoding="utf-8")
    data = folder / "map.osrm"
    extracted = ("-p", profile, "-o", data, "--data_version", data_version, "-t", "1", osm)
    _run(package, "osrm-extract", *extracted)
    _run(package, "osrm-contract", "-t", "1", data)
    return data


@contextmanager
def serve(data: Path, *, table_size: int = 100, threads: int = 2) -> Iterator[str]:
    """Serve prepared data until the block ends; gives the server's url.

    Raises:
        OsrmMissingError: The program is not there or does not come up.
    """
    program = _package() / "bin" / "osrm-routed"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ("-i", "127.0.0.1", "-p", port, "-t", threads, "--max-table-size", table_size)
    command = [str(part) for part in (program, *options, "-l", "ERROR", data)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _package() -> Path:
    package = osrm_folder()
    if package is None or not (package / "bin" / "osrm-routed").is_file():
        raise OsrmMissingError(
            "OSRM's programs are not found; install osrm-bindings (Python 3.12 or later), or let "
            "OSRM_PACKAGE point to the folder osrm of an installed one"
        )
    return package


def _run(package: Path, program: str, *options: object) -> None:
    command = [str(package / "bin" / program), *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = " ".join((done.stdout + done.stderr).strip().splitlines()[-3:])
        raise OsrmMissingError(f"{shutil.which(command[0]) or program} failed: {last}")


def _await(server: "subprocess.Popen[bytes]", port: int) -> None:
    ends_s = monotonic() + _STARTS_WITHIN_S
    while monotonic() < ends_s and server.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/nearest/v1/driving/0,0", timeout=1)
        except httpx.TransportError:
            sleep(0.05)
        else:
            return
    raise OsrmMissingError(f"osrm-routed did not come up (exit code {server.poll()})")
