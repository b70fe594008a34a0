"""Fax files before any image is decoded: bytes to structure, defects and the facts in their tags."""

from faxrouter.documents.inspection import LIMITS, Inspection, Limits, inspect

__all__ = ["LIMITS", "Inspection", "Limits", "inspect"]
