"""The versions of everything beside the rules that a decision may depend on. Knows no rule."""

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

# the name that is recorded → the package
_PACKAGES = {"faxrouter": "faxrouter", "tzdata": "tzdata", "phonenumbers": "phonenumbers", "re2": "google-re2"}


@cache
def versions() -> Mapping[str, str]:
    """Name → version; `unknown` where a package does not say."""
    return {"python": platform.python_version()} | {name: _version_of(package) for name, package in _PACKAGES.items()}


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
