"""The starter home that `faxrouter init` copies: a complete, realistic organisation. Knows nothing of its meaning."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from faxrouter.model.failure import Unavailable

# What a home consists of, as far as it is copied; the build hook's `starter` in pyproject.toml names the same.
STARTER_PARTS = ("rules", "templates", "samples", "faxrouter.toml", "cloudfax-inbound.yaml")


def starter_directory() -> Traversable:
    """Where the starter home stands: inside the installed wheel, otherwise the repository of an editable install."""
    packaged = files("faxrouter") / "starter"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3]


def copy_starter(target: Path, *, source: Traversable | None = None) -> list[Path]:
    """Copy the starter home into `target`, made if need be, and return the files written, in order.

    Overwrites nothing: raises Unavailable before the first write when one of the files is there already.
    """
    start = source or starter_directory()
    wanted = [(target / path, file) for part in STARTER_PARTS for path, file in _files_under(start / part, Path(part))]
    if not wanted:
        raise Unavailable(
            "this installation holds no starter home; install the faxrouter wheel, or run from its repository"
        )
    taken = [path.relative_to(target).as_posix() for path, _ in wanted if path.exists() or path.is_symlink()]
    if taken:
        more = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
        raise Unavailable(f"`{target}` already holds `{taken[0]}`{more}; nothing was written: name an empty folder")
    try:
        for path, file in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as copy:
                copy.write(file.read_bytes())
    except OSError as err:
        raise Unavailable(f"cannot write the starter home into `{target}`: {err.strerror or err}") from err
    return [path for path, _ in wanted]


def _files_under(start: Traversable, path: Path) -> Iterator[tuple[Path, Traversable]]:
    """Every file with its path inside the home, sorted; what an editor or the system hid beside them is left out."""
    if start.is_file():
        yield path, start
    elif start.is_dir():
        for child in sorted(start.iterdir(), key=lambda entry: entry.name):
            if not child.name.startswith(".") and child.name != "__pycache__":
                yield from _files_under(child, path / child.name)
