"""How a caller of the API says who asks, and which home is meant."""

import hashlib
from pathlib import Path

# a browser page of another origin cannot set it without being asked first, and it never is
CALLER_HEADER = "x-faxrouter-caller"
# two homes may be set to one port; every answer says whose it is
HOME_HEADER = "x-faxrouter-home"
OTHER_HOME = 421


def home_mark(home: Path) -> str:
    """A short name of a home directory that does not show where it is."""
    return hashlib.sha256(str(home.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
