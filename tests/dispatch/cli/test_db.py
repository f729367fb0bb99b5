"""Looking after the service's database from the command line."""

from pathlib import Path

import pytest

from tests.dispatch.cli.conftest import run


@pytest.fixture
def new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database file that does not exist yet, named by the environment."""
    path = tmp_path / "new.sqlite"
    monkeypatch.setenv("DISPATCH_DATABASE_URL", f"sqlite:///{path}")
    return path


def test_upgrade_makes_the_tables_and_then_has_nothing_to_do(new_file: Path) -> None:
    assert "from no tables to version" in run("db", "upgrade").stdout
    assert "already" in run("db", "upgrade").stdout
    assert new_file.exists()


def test_a_missing_file_is_named_and_not_made(new_file: Path, tmp_path: Path) -> None:
    for arguments in (("db", "backup", tmp_path / "b.gz"), ("keys", "list")):
        result = run(*arguments)
        assert result.exit_code == 2
        assert f"there is no file {new_file}" in result.stderr
        assert "dispatch db upgrade" in result.stderr
    assert not new_file.exists()


def test_backup_and_restore_bring_the_keys_back(
    new_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("db", "upgrade")
    run("keys", "create", "--name", "tills", "--scope", "returns")
    assert "rows of" in run("db", "backup", tmp_path / "b.gz").stdout
    again = run("db", "backup", tmp_path / "b.gz")
    assert again.exit_code == 2
    assert "is there already" in again.stderr
    monkeypatch.setenv("DISPATCH_DATABASE_URL", f"sqlite:///{tmp_path}/copy.sqlite")
    assert run("db", "restore", tmp_path / "b.gz").exit_code == 0
    assert "tills" in run("keys", "list").stdout
    twice = run("db", "restore", tmp_path / "b.gz")
    assert twice.exit_code == 2
    assert "in use already" in twice.stderr
