"""The changes, in order. A change that shipped is never edited."""
