"""Jobs that are not taken."""


class JobRefusedError(Exception):
    """A job cannot be taken.

    Attributes:
        code: Stable name of the reason.
        cause: What is wrong, with the value.
        action: What to do about it.
    """

    def __init__(self, code: str, cause: str, action: str) -> None:
        super().__init__(f"{cause}; {action} [{code}]")
        self.code = code
        self.cause = cause
        self.action = action
