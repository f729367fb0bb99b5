"""Public instances with their best-known costs, from a folder of downloaded files."""

import csv
import re
from fractions import Fraction
from pathlib import Path

from benchmarks.static.cases import Case
from solvers.formats.cvrplib.instance import Instance
from solvers.formats.cvrplib.reading import form_of, read_instance
from solvers.formats.cvrplib.rounding import Rounding
from solvers.formats.cvrplib.solutions import read_solution

_NAME = re.compile(r"(C|R|RC)(\d)_?(\d+)(?:_(\d+))?", re.IGNORECASE)


def solomon_names(data: Path) -> tuple[str, ...]:
    """The 56 instances of Solomon, first one of every class, then the second ones."""
    names = (path.stem for path in (data / "vrptw" / "solomon").glob("*.txt"))
    return tuple(sorted(names, key=_class_last))


def solomon_case(data: Path, name: str) -> Case:
    """An instance of Solomon by its file's name; distances truncated to one decimal."""
    return _vrptw(data / "vrptw" / "solomon" / f"{name}.txt", data)


def homberger_names(data: Path, customers: int) -> tuple[str, ...]:
    """The instances of Gehring and Homberger of that size, first one of every class first."""
    folder = data / "vrptw" / "homberger"
    names = (path.stem for path in folder.glob(f"*_{customers // 100}_*.txt"))
    return tuple(sorted(names, key=_class_last))


def homberger_case(data: Path, name: str) -> Case:
    """An instance of Gehring and Homberger; distances truncated to one decimal."""
    return _vrptw(data / "vrptw" / "homberger" / f"{name}.txt", data)


def vrplib_names(data: Path, folder: str) -> tuple[str, ...]:
    """The instances in a folder of VRPLIB files."""
    return tuple(sorted(path.stem for path in (data / folder).glob("*.vrp")))


def vrplib_case(data: Path, folder: str, name: str) -> Case:
    """A VRPLIB instance; the best-known cost is that of the solution file beside it."""
    instance = _read(data / folder / f"{name}.vrp", None)
    solution = (data / folder / f"{name}.sol").read_text()
    return _case(name, instance, read_solution(solution, instance).cost)


def _vrptw(path: Path, data: Path) -> Case:
    with (data / "vrptw" / "bks.csv").open(newline="") as file:
        best = {row["instance"]: row["bks_distance_dimacs"] for row in csv.DictReader(file)}
    published = best.get(path.stem.upper())
    instance = _read(path, Rounding.DIMACS)
    return _case(path.stem, instance, None if published is None else Fraction(published))


def _read(path: Path, rounding: Rounding | None) -> Instance:
    text = path.read_text()
    return read_instance(text, form_of(text), rounding)


def _case(name: str, instance: Instance, published: Fraction | None) -> Case:
    scale = 1 if instance.publishes_scaled else instance.rounding.scale
    best = None if published is None else int(published * scale)
    return Case(name=name, problem=instance.problem, scale=scale, best_known=best)


def _class_last(name: str) -> tuple[int, str]:
    """Sorts by number within the class, so that the first few names cover every class."""
    found = _NAME.fullmatch(name)
    if found is None:
        return (0, name)
    return (int(found[4] or found[3]), (found[1] + found[2]).upper())
