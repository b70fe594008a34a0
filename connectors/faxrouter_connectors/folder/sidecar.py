"""The file beside a fax that states facts about it: `NAME.json` or `NAME.xml`."""

from pathlib import Path

from faxrouter.model.stated import MOST_BYTES, Stated, read_stated


def read_sidecar(path: Path) -> Stated:
    """Reads no more than it may hold. Raises only OSError."""
    with path.open("rb") as file:
        return read_stated(path.suffix, file.read(MOST_BYTES + 1))
