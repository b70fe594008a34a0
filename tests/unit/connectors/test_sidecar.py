"""What a sidecar states, and what makes it unusable."""

import json
from pathlib import Path

import pytest

from faxrouter_connectors.folder.sidecar import read_sidecar

USABLE = {
    "values": (
        "json",
        '{"our_number": "+14155550101", "pages": 3, "signed": true}',
        {"our_number": "+14155550101", "pages": 3, "signed": True},
    ),
    "states": (
        "json",
        '{"patient_id": {"state": "uncertain", "values": ["MRN-1"], "confidence": "low"}}',
        {"patient_id": {"state": "uncertain", "values": ["MRN-1"], "confidence": "low"}},
    ),
    "null": ("json", '{"their_number": null}', {"their_number": None}),
    "a set": ("json", '{"claim_ids": ["A", "B"]}', {"claim_ids": ["A", "B"]}),
    "wrong types are for the facts to judge": ("json", '{"pages": "many"}', {"pages": "many"}),
    "a byte order mark": ("json", '\ufeff{"pages": 1}', {"pages": 1}),
    "nothing": ("json", "{}", {}),
    "a line of decide": ("json", '{"fax_id": "1", "facts": {"pages": 3}}', {"pages": 3}),
    "XML texts": (
        "xml",
        "<facts><our_number> +1 415 </our_number><n>0123</n></facts>",
        {"our_number": "+1 415", "n": "0123"},
    ),
    "XML in any root and namespace": ("xml", '<f xmlns="urn:x"><pages>1</pages></f>', {"pages": "1"}),
    "XML absent": ("xml", "<facts><their_number/></facts>", {"their_number": None}),
    "XML set": ("xml", "<facts><ids><value>A</value><value>B</value></ids></facts>", {"ids": ["A", "B"]}),
    "XML state": (
        "xml",
        '<facts><id state="uncertain" confidence="low"><value>A</value></id></facts>',
        {"id": {"state": "uncertain", "confidence": "low", "values": ["A"]}},
    ),
    "XML state of one text": (
        "xml",
        '<facts><id confidence="medium">A</id></facts>',
        {"id": {"state": "known", "confidence": "medium", "values": ["A"]}},
    ),
    "XML state without value": (
        "xml",
        '<facts><id state="not_evaluated"/></facts>',
        {"id": {"state": "not_evaluated"}},
    ),
}


@pytest.mark.parametrize(("ending", "text", "facts"), USABLE.values(), ids=USABLE.keys())
def test_a_sidecar_states_its_values_as_they_are_written(
    tmp_path: Path, ending: str, text: str, facts: dict[str, object]
) -> None:
    """Types are for later; texts keep their zeros."""
    path = tmp_path / f"fax.{ending}"
    path.write_text(text)

    sidecar = read_sidecar(path)

    assert (facts, ()) == (sidecar.facts, sidecar.defects)


BOMB = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><facts><x>&b;</x></facts>'
FILE = '<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><facts><x>&x;</x></facts>'
UNUSABLE: dict[str, tuple[str, bytes, str]] = {
    "not JSON": ("json", b"{\n  oops", "the sidecar is not JSON: look at line 2, column 3"),
    "empty": ("json", b"", "the sidecar is not JSON: look at line 1, column 1"),
    "a list": ("json", b"[]", "the sidecar must hold one JSON object: fact names with their values"),
    "not UTF-8": ("json", b'{"a": "\xff"}', "the sidecar is not UTF-8 text"),
    "a name twice": ("json", b'{"a": 1, "a": 2}', "the sidecar states one name twice"),
    "no number": ("json", b'{"a": NaN}', "the sidecar holds NaN, which is no number"),
    "infinite": ("json", b'{"a": 1e999}', "the sidecar holds a number that is too long; write it in quotes"),
    "a long number": (
        "json",
        b'{"a": 12345678901234567890}',
        "the sidecar holds a number that is too long; write it in quotes",
    ),
    "a very long number": (
        "json",
        b'{"a": ' + b"9" * 5000 + b"}",
        "the sidecar holds a value that is too deep or too long",
    ),
    "deep": ("json", b"[" * 100_000, "the sidecar holds a value that is too deep or too long"),
    "somewhat deep": ("json", b'{"a": [[[[[1]]]]]}', "the sidecar holds a value that is too deep or too long"),
    "half a character": ("json", b'{"a": "\\ud800"}', "the sidecar holds broken or zero characters"),
    "a zero character": ("json", b'{"a": {"state": "\\u0000"}}', "the sidecar holds broken or zero characters"),
    "a zero in a name": ("json", b'{"\\u0000": 1}', "the sidecar holds broken or zero characters"),
    "huge": ("json", b" " * 1_000_001, "the sidecar is larger than 1 MB"),
    "many facts": (
        "json",
        json.dumps({f"f{n}": n for n in range(501)}).encode(),
        "the sidecar states more than 500 facts",
    ),
    "not XML": ("xml", b"<facts>", "the sidecar is not XML, or declares a document type or entities"),
    "entities": ("xml", BOMB.encode(), "the sidecar is not XML, or declares a document type or entities"),
    "a file of ours": ("xml", FILE.encode(), "the sidecar is not XML, or declares a document type or entities"),
    "an unknown encoding": (
        "xml",
        b'<?xml version="1.0" encoding="x-none"?><facts/>',
        "the sidecar is not XML, or declares a document type or entities",
    ),
    "nested XML": (
        "xml",
        b"<facts><a><b>1</b></a></facts>",
        "the sidecar nests elements; a fact may hold only text or `value` elements",
    ),
    "deep XML": (
        "xml",
        b"<facts>" + b"<value>" * 50_000 + b"</value>" * 50_000 + b"</facts>",
        "the sidecar nests elements; a fact may hold only text or `value` elements",
    ),
    "an odd attribute": (
        "xml",
        b'<facts><a sure="yes">1</a></facts>',
        "the sidecar has an attribute that is neither `state` nor `confidence`",
    ),
    "an XML name twice": (
        "xml",
        b"<facts><a>1</a><a>2</a></facts>",
        "the sidecar states one name twice; write several values as `value` elements in it",
    ),
}


@pytest.mark.parametrize(("ending", "content", "defect"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_sidecar_that_cannot_be_used_is_a_defect_without_content(
    tmp_path: Path, ending: str, content: bytes, defect: str
) -> None:
    """Half a sidecar is not believed: there are no facts, and one plain sentence."""
    path = tmp_path / f"fax.{ending}"
    path.write_bytes(content)

    sidecar = read_sidecar(path)

    assert ({}, (defect,)) == (sidecar.facts, sidecar.defects)
