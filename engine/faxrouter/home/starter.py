"""The starter home: a complete, realistic organisation that `faxrouter init` copies. Knows nothing of what the files mean."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from faxrouter.model.failure import Unavailable

# What a home consists of, as far as it is copied; the build hook's `starter` in pyproject.toml names the same.
STARTER_PARTS = ("rules", "templates", "samples", "faxrouter.toml")


def starter_directory() -> Traversable:
    """Where the starter home stands: inside the installed wheel, otherwise the repository of an editable install."""
    packaged = files("faxrouter") / "starter"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3]


def copy_starter(target: Path) -> list[Path]:
    """Copy the starter home into `target`, made if need be, and return the files written, in order.

    Overwrites nothing: raises Unavailable before the first write when one of the files is there already.
    """
    start = starter_directory()
    wanted = [
        (target / path, source)
        for part in STARTER_PARTS
        if (start / part).is_file() or (start / part).is_dir()
        for path, source in _files_under(start / part, Path(part))
    ]
    if not wanted:
        raise Unavailable(
            "this installation holds no starter home; install the faxrouter wheel or run from its repository"
        )
    taken = [str(path.relative_to(target)) for path, _ in wanted if path.exists() or path.is_symlink()]
    if taken:
        raise Unavailable(
            f"`{target}` already holds `{taken[0]}`{_and_more(taken)}; nothing was written: name an empty folder"
        )
    try:
        for path, source in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as copy:
                copy.write(source.read_bytes())
    except OSError as err:
        raise Unavailable(f"cannot write the starter home into `{target}`: {err.strerror or err}") from err
    return [path for path, _ in wanted]


def _files_under(source: Traversable, path: Path) -> Iterator[tuple[Path, Traversable]]:
    """Every file with its path inside the home, sorted; what an editor or the system hid beside them is left out."""
    if source.is_file():
        yield path, source
        return
    for child in sorted(source.iterdir(), key=lambda entry: entry.name):
        if not child.name.startswith(".") and child.name != "__pycache__":
            yield from _files_under(child, path / child.name)


def _and_more(taken: list[str]) -> str:
    return f" and {len(taken) - 1} more" if len(taken) > 1 else ""
