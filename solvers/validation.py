"""Rules every problem must keep. (Being written; see solvers.model.)"""

from solvers.errors import ProblemIssue
from solvers.model import Problem


def find_issues(problem: Problem) -> list[ProblemIssue]:
    """Every broken rule of ``problem``."""
    return []
