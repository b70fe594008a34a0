"""The versions of everything on which a decision depends beside its rules. Knows no rule."""

import re
import sys
import zoneinfo
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from types import MappingProxyType


@lru_cache(maxsize=1)
def versions() -> Mapping[str, str]:
    """faxrouter, python, tzdata, phonenumbers and re2, in this order; read once per process."""
    return MappingProxyType(
        {
            "faxrouter": metadata.version("faxrouter"),
            "python": ".".join(str(part) for part in sys.version_info[:3]),
            "tzdata": _time_zones(),
            "phonenumbers": metadata.version("phonenumbers"),
            "re2": metadata.version("google-re2"),
        }
    )


def _time_zones() -> str:
    """The release of the time-zone database that `zoneinfo` reads: the system's, else the package's."""
    for folder in map(Path, zoneinfo.TZPATH):
        if not (folder / "UTC").exists():
            continue
        # most systems install the compact source, which begins with `# version 2026a`; BSD and macOS have `+VERSION`
        for name, pattern in (("tzdata.zi", r"# version (\S+)"), ("+VERSION", r"(\S+)")):
            found = re.match(pattern, _first_line(folder / name))
            if found:
                return found[1]
        return f"of {folder}"
    return metadata.version("tzdata")


def _first_line(path: Path) -> str:
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            return file.readline(200)
    except OSError:
        return ""
