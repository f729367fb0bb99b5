"""What no policy may tell a courier."""


class InstructionError(ValueError):
    """A policy told a courier to do what cannot be done: a mistake of the policy."""
