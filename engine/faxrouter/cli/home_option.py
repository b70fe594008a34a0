"""`--home`, the same for every command."""

import os
from pathlib import Path
from typing import Annotated

import typer

from faxrouter.model.failure import Unavailable

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="The home directory [default: FAXROUTER_HOME, else the working directory]."),
]


def locate(given: Path | None) -> Path:
    """The home that was named, that of FAXROUTER_HOME, or the working directory. Raises Unavailable when it is none."""
    home = given or Path(os.environ.get("FAXROUTER_HOME") or ".")
    if not home.is_dir():
        raise Unavailable(f"the home `{home}` is not a directory; make one with `faxrouter init {home}`")
    if not (home / "rules").is_dir():
        raise Unavailable(
            f"`{home}` has no `rules` directory; name the home with --home, or make one with `faxrouter init`"
        )
    return home.resolve()
