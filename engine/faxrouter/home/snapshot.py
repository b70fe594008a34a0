"""The files of a home at one moment, as bytes with one hash. Knows nothing of their meaning."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Snapshot:
    """Every file under `rules/` and `templates/`, by its path relative to the home (`rules/facts.yaml`)."""

    files: Mapping[str, bytes]

    @cached_property
    def content_hash(self) -> str:
        """sha256 over names and bytes, in name order: equal for equal content, whatever the timestamps."""
        whole = hashlib.sha256()
        for name in sorted(self.files):
            whole.update(f"{len(name.encode())}:{name}:{len(self.files[name])}:".encode())
            whole.update(self.files[name])
        return whole.hexdigest()
