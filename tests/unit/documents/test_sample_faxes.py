"""The project's own sample faxes, four of them received by a real fax server."""

from pathlib import Path

import pytest

from faxrouter.documents import inspect
from faxrouter_connectors.folder.sidecar import read_sidecar

SAMPLES = Path(__file__).parents[3] / "samples"
FAXES = sorted(path for path in SAMPLES.iterdir() if path.suffix in {".tif", ".pdf"})

# what HylaFAX 6.0.7 wrote into what it received, read with tiffdump: number dialled, resolution, subaddress, station
RECEIVED = [
    ("fax000000001.tif", "5550001", "fine", None, None),
    ("fax000000002.tif", "5550077", "fine", "4711", None),
    ("fax000000003.tif", "5550088", "standard", None, None),
    ("fax000000004.tif", "5550099", "fine", None, "LOOP-MODEM-0"),
]


@pytest.mark.parametrize(("name", "dialled", "resolution", "subaddress", "station"), RECEIVED)
def test_the_tags_of_a_real_fax_server_are_read(
    name: str, dialled: str, resolution: str, subaddress: str | None, station: str | None
) -> None:
    """Two pages each, sound, called by 5550000 at 14,400 bit/s with error correction."""

    inspection = inspect(SAMPLES / name)

    facts = inspection.facts
    assert (2, ()) == (inspection.pages, inspection.defects)
    assert (dialled, "5550000", "Modem0") == (facts["our_number"], facts["their_number"], facts["caller_name"])
    assert (resolution, subaddress) == (facts["resolution"], facts.get("subaddress"))
    assert (14_400, True, station) == (
        facts["signal_rate"],
        facts["error_correction"],
        facts.get("sender_station"),
    )


@pytest.mark.parametrize("fax", FAXES, ids=lambda fax: fax.name)
def test_only_the_fax_that_was_cut_off_has_a_defect(fax: Path) -> None:
    """Samples show the router at work, not its readers in trouble."""
    expected = ("truncated after page 1",) if fax.stem == "cut-off" else ()

    assert expected == inspect(fax).defects


@pytest.mark.parametrize(
    "sidecar", sorted(SAMPLES.glob("*.json")) + sorted(SAMPLES.glob("*.xml")), ids=lambda p: p.name
)
def test_every_sidecar_can_be_used_and_has_its_fax(sidecar: Path) -> None:
    """A sample without its facts would go to the wrong place."""

    assert () == read_sidecar(sidecar).defects
    assert sidecar.stem in {fax.stem for fax in FAXES}
