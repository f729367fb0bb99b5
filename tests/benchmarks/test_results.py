import json
from dataclasses import replace

import pytest

from benchmarks.static.markdown import markdown
from benchmarks.static.results import (
    Result,
    ResultsFile,
    ResultsFileError,
    Tried,
    read_results,
)
from benchmarks.static.table import table_of


def _result(engine: str, cost: int | None, *, seconds=10.0, seed=1, instance="seed1", **given):
    unserved = given.pop("unserved", 0)
    tried = Tried(
        configuration="only",
        cost=cost,
        unserved=None if cost is None else unserved,
        problem=None if cost is not None else "nothing valid found",
        search_s=seconds,
        build_s=0.5,
        peak_mb=100.0,
        trace=((0.5, 900), (1.0, 800)),
    )
    return Result(
        suite="pickup-100",
        instance=instance,
        engine=engine,
        seconds=seconds,
        seed=seed,
        version=given.pop("version", "1"),
        tried=given.pop("tried", (tried,)),
        is_peer=engine in ("pyvrp", "vroom"),
        **given,
    )


def _summary_row(table, engine: str) -> str:
    return next(line for line in markdown(table) if line.startswith(f"| {engine} "))


def test_a_file_begins_with_its_command_and_gives_back_what_was_kept(tmp_path) -> None:
    path = tmp_path / "deep" / "results.jsonl"
    file = ResultsFile(path, ["static", "pickup-100"])
    kept = [_result("native", 800), _result("pyvrp", None)]
    for result in kept:
        file.add(result)
    first = json.loads(path.read_text().splitlines()[0])
    assert first["command"] == "python -m benchmarks static pickup-100"
    assert {"date", "machine", "versions", "load_before"} <= set(first)
    headings, results = read_results(path)
    assert len(headings) == 1
    assert results == kept


def test_a_run_is_done_again_only_if_the_library_has_changed(tmp_path) -> None:
    path = tmp_path / "results.jsonl"
    done = _result("native", 800)
    ResultsFile(path, []).add(done)
    again = ResultsFile(path, [])
    assert again.holds(done.key, "1")
    assert not again.holds(done.key, "2")
    assert not again.holds(replace(done, seed=2).key, "1")
    again.add(replace(_result("native", 700), version="2"))
    headings, results = read_results(path)
    assert len(headings) == 2
    assert [result.best.cost for result in results] == [700]


def test_a_line_cut_short_is_left_out_and_the_next_one_stands_alone(tmp_path) -> None:
    path = tmp_path / "results.jsonl"
    file = ResultsFile(path, [])
    file.add(_result("native", 800))
    with path.open("a") as cut:
        cut.write('{"kind": "result", "suite": "pic')
    assert len(read_results(path)[1]) == 1
    ResultsFile(path, []).add(_result("pyvrp", 900))
    assert [result.engine for result in read_results(path)[1]] == ["native", "pyvrp"]


def test_a_strange_file_is_refused_with_its_line(tmp_path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_text('{"kind": "result", "suite": 3}\n')
    with pytest.raises(ResultsFileError, match="line 1: not a line of kept results"):
        read_results(path)


def test_the_better_configuration_counts() -> None:
    tried = (
        Tried(configuration="a", cost=900, unserved=0),
        Tried(configuration="b", cost=850, unserved=0),
        Tried(configuration="c", problem="nothing valid found"),
    )
    assert _result("pyvrp", 0, tried=tried).best.configuration == "b"


def test_median_of_seeds_against_the_best_peer() -> None:
    results = [_result("native", cost, seed=seed) for seed, cost in enumerate((760, 700, 999), 1)]
    results += [_result("pyvrp", 800), _result("vroom", 900), _result("vroom", 790, seconds=20.0)]
    table = table_of("pickup-100", results)
    assert table.cells["seed1", ("native", 10.0)].best.cost == 760
    assert table.best_peer("seed1", 10.0).cost == 800
    assert table.against_peers(("native", 10.0), 10.0).ratio == pytest.approx(0.95)
    assert table.against_peers(("native", 10.0), 20.0).ratio == pytest.approx(760 / 790)
    assert "-5.00%" in _summary_row(table, "native")


def test_a_missing_answer_is_worse_than_any_and_says_why() -> None:
    results = [
        _result("native", None),
        _result("native", None, seed=2),
        _result("native", 5, seed=3),
    ]
    table = table_of("pickup-100", results)
    assert table.cells["seed1", ("native", 10.0)].best is None
    text = "\n".join(markdown(table))
    assert "0 of 1" in text
    assert "- native 10 s: nothing valid found (1 of 1)" in text


def test_cheaper_with_more_left_out_is_not_as_good() -> None:
    results = [_result("native", 700, unserved=1), _result("pyvrp", 800)]
    against = table_of("pickup-100", results).against_peers(("native", 10.0), 10.0)
    assert (against.as_good, against.instances) == (0, 1)


def test_gap_is_to_published_costs_or_else_to_the_best_of_all_files() -> None:
    published = table_of("pickup-100", [_result("native", 800, best_known=640)])
    assert published.mean_gap(("native", 10.0)) == pytest.approx(0.25)
    found = table_of("pickup-100", [_result("native", 800)], [_result("vroom", 500, seconds=60.0)])
    assert found.mean_gap(("native", 10.0)) == pytest.approx(0.6)
    assert found.columns == (("native", 10.0),)


def test_costs_are_shown_in_published_units() -> None:
    table = table_of("pickup-100", [_result("native", 8273, best_known=8273, scale=10)])
    assert any(line == "| seed1 | 827.3 | 827.3 |" for line in markdown(table))


def test_plots_are_written_for_engines_that_tell_their_progress(tmp_path) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra 'bench'")
    from benchmarks.static.plots import plot_suite

    path = plot_suite("pickup-100", [_result("native", 800), _result("pyvrp", 900)], tmp_path)
    assert path.read_bytes().startswith(b"\x89PNG")
    silent = replace(_result("vroom", 800), tried=(Tried(configuration="x", cost=1, unserved=0),))
    assert plot_suite("pickup-100", [silent], tmp_path) is None
