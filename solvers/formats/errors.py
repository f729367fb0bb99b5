"""The one error of everything that reads a file."""

from solvers.errors import SolverError


class FormatError(SolverError):
    """A file is not what its format says, or asks for something that is not supported.

    The message names the element, the value and what to do.
    """

    def __init__(self, element: str, cause: str, action: str) -> None:
        self.element = element
        self.cause = cause
        self.action = action
        super().__init__(f"{element}: {cause}; {action}")
