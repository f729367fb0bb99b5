"""Settings are read from the environment, listed, and refused where they make no sense."""

import pytest

from dispatch.settings import Settings, variable_of
from tests.dispatch.cli.conftest import run


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(variable_of(name), raising=False)


def test_every_setting_is_listed_with_its_meaning() -> None:
    listed = run("settings").stdout
    for name, field in Settings.model_fields.items():
        assert f"{variable_of(name)}=" in listed
        assert field.description
        assert field.description in listed


def test_values_show_beside_defaults_but_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPATCH_SOLVE_WORKERS", "3")
    monkeypatch.setenv("DISPATCH_DATABASE_URL", "postgresql://me:very-secret@db/x")
    listed = run("settings").stdout
    assert "DISPATCH_SOLVE_WORKERS=3  (default: 1)" in listed
    assert "me:***@db/x" in listed
    assert "very-secret" not in listed


def test_all_slips_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPATCH_SOLVE_WORKERS", "many")
    monkeypatch.setenv("DISPATCH_DATABSE_URL", "sqlite:///x")
    result = run("settings")
    assert result.exit_code == 2
    assert "DISPATCH_SOLVE_WORKERS" in result.stderr
    assert "DISPATCH_DATABSE_URL: there is no such setting; did you mean" in result.stderr
    assert "DISPATCH_DATABASE_URL" in result.stderr
