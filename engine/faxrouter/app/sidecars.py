"""The sidecars that stand beside a fax file, found as the drop folder finds them. Reads no content."""

from dataclasses import dataclass
from pathlib import Path

from faxrouter.model.stated import SIDECARS


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """`scan.tif.json` or `scan.json`, beside `scan.tif`."""

    files: tuple[Path, ...]
    # why they cannot be believed, in words without content
    defects: tuple[str, ...] = ()


def is_sidecar(path: Path) -> bool:
    return path.suffix.lower() in SIDECARS


def sidecars_of(fax: Path) -> Beside:
    """Raises OSError when the folder cannot be read."""
    files = sorted(path for path in fax.parent.iterdir() if path.is_file())
    # `SCAN.JSON` is a sidecar too
    sidecars = {path.stem + path.suffix.lower(): path for path in files if is_sidecar(path)}
    own = [sidecars[fax.name + ending] for ending in SIDECARS if fax.name + ending in sidecars]
    of_stem = [sidecars[fax.stem + ending] for ending in SIDECARS if fax.stem + ending in sidecars]
    if of_stem and any(other.stem == fax.stem and other != fax and not is_sidecar(other) for other in files):
        if not own:
            return Beside(files=(), defects=("its sidecar could belong to several faxes",))
        of_stem = []
    found = tuple(dict.fromkeys([*own, *of_stem]))
    return Beside(files=found, defects=("it has more than one sidecar",) if len(found) > 1 else ())
