"""What the capacity model raises when figures given to it make no sense."""


class CapacityError(ValueError):
    """A figure, file or target that cannot be used; the message names it and what to do."""
