"""Puts the starter home into the wheel as `faxrouter/starter/…`. Editable installs read it from the repository."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StarterHook(BuildHookInterface[Any]):
    """`starter` in pyproject.toml names the files and folders; each must exist."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # an editable install would keep a stale copy that nobody reads
        if version == "standard":
            for name in self.config["starter"]:
                build_data["force_include"][str(Path(self.root, name))] = f"faxrouter/starter/{name}"
