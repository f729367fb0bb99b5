"""What can go wrong with what is kept."""


class StorageError(Exception):
    """Something about the database must be put right by whoever runs it."""


class StorageUnavailableError(StorageError):
    """The database does not answer, or is locked for too long; trying again later may help.

    Where it is raised at the end of a write, the write may or may not have been done.
    """


class SchemaError(StorageError):
    """The database is not at the version of the tables that this program works with."""


class LeaseLostError(StorageError):
    """Another process writes for the city now; nothing was written."""
