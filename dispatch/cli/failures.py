"""Bad input ends a command with a clear message and exit status 2."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from dispatch.explaining import CannotExplainError
from dispatch.files import DayError, render_issues, write_issues
from dispatch.reports.plan_json import PlanFileError
from dispatch.translation import TranslationError
from geo.errors import GeoError
from solvers.errors import SolverError

BAD_INPUT = 2
SHOWN_ISSUES = 20


@contextmanager
def bad_input_ends_here() -> Iterator[None]:
    """Turn errors about the input into a message on stderr and exit status 2."""
    try:
        yield
    except DayError as error:
        _refuse_day(error)
    except (
        CannotExplainError,
        GeoError,
        PlanFileError,
        SolverError,
        TranslationError,
        FileExistsError,
    ) as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename or 'a file'}: {error.strerror or error}")


def refuse(message: str) -> NoReturn:
    """End the command with ``message`` on stderr and exit status 2."""
    click.echo(f"error: {message}", err=True)
    sys.exit(BAD_INPUT)


def read_text(path: Path) -> str:
    """Text of a UTF-8 file the user named; ends the command where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        refuse(f"{path} cannot be read: {error.strerror or error}")
    except UnicodeDecodeError as error:
        refuse(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8")


def _refuse_day(error: DayError) -> NoReturn:
    """Show the first issues; put all of them into a file where there are more."""
    click.echo(f"error: {render_issues(error.issues, SHOWN_ISSUES)}", err=True)
    if len(error.issues) > SHOWN_ISSUES:
        handle, name = tempfile.mkstemp(prefix="dispatch-errors-", suffix=".txt")
        os.close(handle)
        write_issues(error.issues, Path(name))
        click.echo(f"all {len(error.issues)} errors are in {name}", err=True)
    sys.exit(BAD_INPUT)
