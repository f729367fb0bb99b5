"""What goes wrong between the business and the routing problem."""


class TranslationError(ValueError):
    """A day, its zones, its streets or a plan do not fit together; the message names what."""
