"""One kind of problem: its code, its severity and its page for people. Knows no file."""

from collections.abc import Mapping
from dataclasses import dataclass

from faxrouter.model.problem import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A row of the problem catalogue. Docs and tests are generated from it.

    `bad` and `good` are files laid over the smallest home that is fine (`tests/golden/base_home`): home-relative path →
    text, encoded as UTF-8 with lone surrogates standing for bytes that are not (`\\udce9` is the byte 0xE9). The bad
    files must give this code, the good ones must give no problem at all.
    """

    code: str
    severity: Severity
    # three words or so: "unknown key"
    title: str
    what: str
    why: str
    instead: str
    bad: Mapping[str, str]
    good: Mapping[str, str]
