"""Recorded days from elsewhere as DAY folders."""

from dispatch.importing.lade import LadeDay, import_lade

__all__ = ["LadeDay", "import_lade"]
