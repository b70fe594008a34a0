"""Sample faxes, each given once: what `make run` shows the router with. Into a drop folder, or to a simulated fax
service."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from faxrouter.app import simulators
from faxrouter.app.sidecars import is_sidecar, sidecars_of
from faxrouter.documents import inspect
from faxrouter.model.failure import Unavailable
from faxrouter.model.stated import read_stated
from faxrouter.settings import ConnectorEntry, Settings

# dialled where a sample does not say which of our numbers was: one that no department claims
_NOBODYS = "+1 415 555 0199"
_NUMBERS = ("our_number", "their_number")
# facts that a carrier states itself, by the simulated service's word for them
_OF_THE_CARRIER = {
    "our_number": "to",
    "their_number": "from",
    "sender_station": "station",
    "received_at": "received_at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One fax with what stands beside it. `name` tells its folder too."""

    path: Path
    name: str
    sidecars: tuple[Path, ...]


def drop_samples(samples: Path, settings: Settings) -> list[str]:
    """Copy every fax of the folder that was not copied before into the inbox, its sidecar first. The names, in order.

    Raises Unavailable when there is no such folder, or no drop folder to put them into.
    """
    inbox = settings.home / str(_drop_folder(settings).options.get("inbox", "var/inbox"))

    def drop(sample: Sample) -> None:
        inbox.mkdir(parents=True, exist_ok=True)
        prefix = sample.name.removesuffix(sample.path.name)
        for sidecar in sample.sidecars:
            _write(inbox / (prefix + sidecar.name), sidecar.read_bytes())
        _write(inbox / sample.name, sample.path.read_bytes())

    return _give(samples, drop, ledger=settings.state / "samples.json")


def send_samples(samples: Path, settings: Settings) -> list[str]:
    """Put every fax of the folder that was not sent before into the simulated Cloud Fax queue. The names, in order.

    Raises Unavailable when there is no such folder, or no simulators run.
    """

    def send(sample: Sample) -> None:
        facts = {name: raw for sidecar in sample.sidecars for name, raw in _stated(sidecar).items()}
        # a fax that was once received by a real server says itself which number was dialled
        of_the_call = {name: raw for name, raw in inspect(sample.path).facts.items() if name in _NUMBERS} | facts
        carried = {
            word: str(of_the_call[name])
            for name, word in _OF_THE_CARRIER.items()
            if isinstance(of_the_call.get(name), str)
        }
        facts = {name: raw for name, raw in facts.items() if _OF_THE_CARRIER.get(name) not in carried}
        simulators.send(
            settings,
            sample.path.read_bytes(),
            name=sample.name,
            to=carried.pop("to", _NOBODYS),
            caller=carried.pop("from", None),
            more=carried,
            facts=facts,
        )

    return _give(samples, send, ledger=settings.state / "samples-sent.json")


def _give(samples: Path, give: Callable[[Sample], None], *, ledger: Path) -> list[str]:
    if not samples.is_dir():
        raise Unavailable(f"there is no folder `{samples}` with sample faxes")
    try:
        return [_given(sample, give) for sample in _new(samples, ledger)]
    except OSError as err:
        raise Unavailable(f"the samples of {samples} cannot be given to the router: {err.strerror}") from err


def _given(sample: Sample, give: Callable[[Sample], None]) -> str:
    give(sample)
    return sample.name


def _new(samples: Path, ledger: Path) -> Iterator[Sample]:
    """Those that were not given before, or have changed since."""
    given: dict[str, str] = json.loads(ledger.read_text(encoding="utf-8")) if ledger.exists() else {}
    for fax in sorted(path for path in samples.rglob("*") if path.is_file() and _is_fax(path)):
        mark = hashlib.sha256(fax.read_bytes()).hexdigest()
        name = "".join(f"{folder}-" for folder in fax.parent.relative_to(samples).parts) + fax.name
        if given.get(name) == mark:
            continue
        # remembered first: what was given and taken must not come a second time
        given[name] = mark
        ledger.parent.mkdir(parents=True, exist_ok=True)
        _write(ledger, json.dumps(given, indent=2).encode())
        yield Sample(path=fax, name=name, sidecars=sidecars_of(fax).files)


def _stated(sidecar: Path) -> dict[str, object]:
    return dict(read_stated(sidecar.suffix, sidecar.read_bytes()).facts)


def _is_fax(path: Path) -> bool:
    return not is_sidecar(path) and path.suffix.lower() != ".md" and not path.name.startswith(".")


def _drop_folder(settings: Settings) -> ConnectorEntry:
    for entry in settings.connectors:
        if entry.use == "folder" and (not entry.roles or "fax service" in entry.roles):
            return entry
    raise Unavailable("faxrouter.toml names no `folder` connector that plays the fax service")


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all: the drop folder ignores what is still being written."""
    writing = target.with_name(target.name + ".part")
    writing.write_bytes(content)
    writing.replace(target)
