"""Simulated systems in a process of their own, for measurements: filled with faxes, asked for calls and ledgers."""

import json
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fax_files import PageToWrite, tiff
from faxrouter.app.simulators import running_simulators, send
from faxrouter.settings import Settings
from weather_world.home import OUR_NUMBER, claim, make_home, open_home

# a fax about a claim, without and with work for people
LETTER, PAPER = "letter", "other"
# seconds
_TIMEOUT, _HOLD = 30.0, 3_600
RULES = """\
language: 1
department: claims
owner: claims@example.test
description: claims
scope: {our_number: ["+1 312 555 0200 .. +1 312 555 0299"]}
time_zone: America/Chicago
rules:
  - id: claims-papers
    when: {claim_id is known: yes}
    then: {workspace: {type: Claim, key: claim_id, else: New losses}, metadata: claim, retention: claim_5}
  - id: claims-work
    when: {document_type: other}
    then:
      task: {kind: new-paper, queue: adjusters, title: "New paper for {{ claim_id or 'a claim' }}", due: 30 days}
otherwise: {workspace: New losses, metadata: claim, retention: years_10}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedSystems:
    """They are up as long as the block that made them lasts."""

    folder: Path
    settings: Settings
    address: str

    def fill(self, kind: str, numbers: Iterable[int]) -> None:
        """One fax for each number, about the claim of that number."""
        page = tiff(PageToWrite())
        for number in numbers:
            facts = {"claim_id": claim(number), "document_type": kind, "claimant": "Somebody"}
            send(
                self.settings,
                page + f"{kind} {number}".encode(),
                name=f"{kind}-{number}.tif",
                to=OUR_NUMBER,
                caller="+12095550107",
                more={},
                facts=facts,
            )

    def calls(self, *, after: int = 0) -> Sequence[Mapping[str, Any]]:
        """Without the questions for a fax to which the answer was that there is none."""
        calls = self._ask(f"calls?after={after}")
        return [call for call in calls if (call["method"], call["status"]) != ("GET", 204)]

    def ledger(self, system: str, effect: str) -> Sequence[Mapping[str, Any]]:
        return self._ask(f"ledger/{system}?effect={effect.replace(' ', '%20')}")

    def _ask(self, path: str) -> Sequence[Mapping[str, Any]]:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.address}/_sim/{path}", timeout=_TIMEOUT) as reply:
            found: Sequence[Mapping[str, Any]] = json.load(reply)
            return found


@contextmanager
def simulated_systems(folder: Path) -> Iterator[SimulatedSystems]:
    make_home(folder, timeout=_TIMEOUT, hold=_HOLD, files={"rules/claims.rules.yaml": RULES})
    settings = open_home(folder).settings
    with running_simulators(settings) as address:
        yield SimulatedSystems(folder=folder, settings=settings, address=address)
