import json

from click.testing import CliRunner

from benchmarks.__main__ import main


def _invoke(*arguments: str):
    return CliRunner().invoke(main, ["static", *arguments])


def test_runs_are_made_kept_and_not_made_again(tmp_path) -> None:
    out = tmp_path / "results.jsonl"
    given = ("pickup-100", "--engine", "native@0.3", "--instances", "1", "--seeds", "2")
    first = _invoke(*given, "--out", str(out))
    assert first.exit_code == 0, first.output
    assert "2 of 2 runs to make" in first.stderr
    kept = [json.loads(line) for line in out.read_text().splitlines()]
    results = [line for line in kept if line["kind"] == "result"]
    assert [line["seed"] for line in results] == [1, 2]
    (tried,) = results[0]["tried"]
    assert tried["problem"] is None
    assert tried["cost"] > 0
    assert 20 < tried["peak_mb"] < 2000
    second = _invoke(*given, "--out", str(out))
    assert "0 of 2 runs to make" in second.stderr
    printed = _invoke("--table", str(out))
    assert "| native 0.3 s | 1 of 1 |" in printed.stdout
    assert "### pickup-100" in printed.stdout


def test_what_an_engine_cannot_model_is_told(shared_data, tmp_path) -> None:
    out = tmp_path / "results.jsonl"
    made = _invoke(
        "mtvrptwr", "--engine", "ortools", "--seconds", "1", "--instances", "1",
        "--data", str(shared_data), "--out", str(out),
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "ortools 1 s: cannot model release times (1 of 1)" in made.stdout


def test_bad_input_is_refused_by_name(tmp_path) -> None:
    assert "name suites to run" in _invoke().stderr
    assert "no engine named 'x'" in _invoke("pickup-100", "--engine", "x").stderr
    assert "'soon' in 'native@soon'" in _invoke("pickup-100", "--engine", "native@soon").stderr
    missing = _invoke("solomon", "--engine", "native", "--data", str(tmp_path))
    assert "no instances of suite 'solomon'" in missing.stderr
    assert all(
        _invoke("pickup-100", "--engine", given).exit_code != 0
        for given in ("native@0", "native@-1", "native@nan")
    )
