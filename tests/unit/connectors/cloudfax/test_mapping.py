"""What the body of an inbound fax means is a file that a site may correct."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from faxrouter_connectors.cloudfax.mapping import InboundMapping, MappedFax, map_inbound
from faxrouter_connectors.http.answer import Answer

CONTENT = b"II*\x00 a fax"
WORDS: dict[str, Any] = {
    "language": "1",
    "document id": ["document_id", "id"],
    "content": "document.data",
    "received at": "fax.received_time",
    "name": "document.name",
    "facts": {"our_number": "fax.dnis", "their_number": ["fax.ani", "fax.caller"], "pages": "fax.pages"},
    "more facts": "index",
}
BODY: dict[str, Any] = {
    "document_id": "D-1",
    "fax": {"dnis": "+14155550101", "ani": "+12095550107", "pages": 2, "received_time": "2026-11-20T10:51:00.000Z"},
    "document": {"name": "one.tif", "type": "tiff", "data": base64.b64encode(CONTENT).decode()},
    "index": {"document_type": "referral"},
}


def mapped(body: Mapping[str, Any], words: Mapping[str, Any] = WORDS, **headers: str) -> MappedFax | None:
    answer = Answer(status=200, headers=headers, body=json.dumps(body).encode())
    return map_inbound(InboundMapping.model_validate(words), answer)


def test_a_body_as_expected_is_understood() -> None:
    """Id, content, name, time, the carrier's facts and those that a recognition service adds."""
    expected = MappedFax(
        document_id="D-1",
        content=CONTENT,
        name="one.tif",
        received_at=datetime(2026, 11, 20, 10, 51, tzinfo=UTC),
        facts={
            "document_type": "referral",
            "our_number": "+14155550101",
            "their_number": "+12095550107",
            "pages": 2,
        },
    )

    assert expected == mapped(BODY)


@pytest.mark.parametrize(
    ("changed", "facts"),
    [
        ({"dnis": "+14155550101"}, {"our_number": "+14155550101"}),
        ({"dnis": "", "ani": None}, {}),
        ({"dnis": "1", "ani": "", "caller": "2"}, {"our_number": "1", "their_number": "2"}),
    ],
    ids=["withheld", "empty", "the second place"],
)
def test_what_is_not_said_is_no_fact(changed: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """A withheld number is absent, and the next place is looked at."""
    found = mapped({**BODY, "fax": changed, "index": None})

    assert found is not None
    assert facts == found.facts


@pytest.mark.parametrize(
    "body", [{}, {"document_id": ""}, {"document_id": None}, {"document_id": {"a": 1}}, [], "x", 7]
)
def test_a_body_without_an_id_is_no_fax(body: Any) -> None:
    """It could neither be known again nor acknowledged."""
    assert mapped(body) is None


@pytest.mark.parametrize(
    "document", [{}, {"data": ""}, {"data": "no base64!"}, {"data": ["x"]}, None], ids=lambda value: str(value)
)
def test_content_that_is_not_where_it_should_be_is_a_defect_and_the_answer_is_kept(document: Any) -> None:
    """Nothing is lost by a mapping that is wrong: a person sees the fax."""
    found = mapped({**BODY, "document": document})

    assert found is not None
    assert ("its content does not stand where cloudfax-inbound.yaml says; the whole answer is kept",) == found.defects
    assert json.loads(found.content)["document_id"] == "D-1"


def test_a_service_may_answer_with_the_bytes_themselves_and_headers() -> None:
    """`content: body`, and places that begin with `header`."""
    words = {"document id": "header X-Document", "content": "body", "facts": {"our_number": "header X-Dnis"}}
    answer = Answer(status=200, headers={"x-document": "D-2", "x-dnis": "+14155550101"}, body=CONTENT)

    found = map_inbound(InboundMapping.model_validate(words), answer)

    assert found is not None
    assert ("D-2", CONTENT, {"our_number": "+14155550101"}) == (found.document_id, found.content, dict(found.facts))


def test_numbers_may_lack_their_plus() -> None:
    """Only those that the file names, and only where there are nothing but digits."""
    fax = {"dnis": "442071234567", "ani": "anonymous", "pages": "3"}
    found = mapped({**BODY, "fax": fax}, {**WORDS, "add plus to": ["our_number", "their_number"]})

    assert found is not None
    assert ("+442071234567", "anonymous", "3") == tuple(
        found.facts[name] for name in ("our_number", "their_number", "pages")
    )


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-20T10:51:00.000Z", datetime(2026, 11, 20, 10, 51, tzinfo=UTC)),
        ("2026-11-20T10:51:00+02:00", datetime(2026, 11, 20, 8, 51, tzinfo=UTC)),
        ("2026-11-20T10:51:00", datetime(2026, 11, 20, 10, 51, tzinfo=UTC)),
        ("yesterday", None),
    ],
)
def test_the_time_of_reception_is_aware_or_a_defect(written: str, moment: datetime | None) -> None:
    """Without an offset it is UTC."""
    found = mapped({**BODY, "fax": {"received_time": written}})

    assert found is not None
    assert (moment, moment is None) == (found.received_at, bool(found.defects))


@pytest.mark.parametrize(
    "words",
    [{}, {"document id": "a"}, {"document id": "a", "content": "b", "encoding": "hex"}, {**WORDS, "colour": "x"}],
    ids=["empty", "no content", "unknown encoding", "unknown word"],
)
def test_a_file_that_says_nonsense_is_refused(words: Mapping[str, Any]) -> None:
    """Before the first fax comes."""
    with pytest.raises(ValidationError):
        InboundMapping.model_validate(words)
