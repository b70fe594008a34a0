"""A useful part of the Livelink Query Language: `OTName: "abc" and (OTSubType: 144 or not OTLocation: 2000)`.

Knows no index: a query becomes a tree of tests.
"""

import re
from dataclasses import dataclass

from faxrouter_simulators.xecm.refusals import BAD_QUERY

_TOKEN = re.compile(r'\s*(?:(?P<quoted>"[^"]*")|(?P<mark>[():]|<=|>=|!=|<|>)|(?P<word>[^\s():<>!"]+))')


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One region holds a word or a phrase, or compares with it. An empty region: any of them."""

    region: str
    # "", "<", ">", "<=", ">=", "!="
    comparison: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    inner: "Query"


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    inner: tuple["Query", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Any:
    inner: tuple["Query", ...]


Query = Test | Not | All | Any


def parsed(text: str) -> Query:
    """Raises Refusal."""
    reader = _Reader(text)
    query = reader.alternatives()
    if reader.peek():
        raise BAD_QUERY.refusal(why=f"`{reader.peek()}` is not expected")
    return query


def from_words(text: str, look_for: str) -> Query:
    """What the other ways of searching mean: all of the words, any of them, or exactly this phrase."""
    words = text.replace('"', " ").split()
    if look_for == "exactphrase":
        return Test(region="", comparison="", text=" ".join(words))
    tests = tuple(Test(region="", comparison="", text=word) for word in words)
    return Any(inner=tests) if look_for == "anywords" else All(inner=tests)


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                raise BAD_QUERY.refusal(why=f"`{text[at:].strip()[:20]}` cannot be read")
            self._tokens.append(match[match.lastgroup or ""])
            at = match.end()
        self._at = 0

    def peek(self, ahead: int = 0) -> str:
        """Empty at the end."""
        place = self._at + ahead
        return self._tokens[place] if place < len(self._tokens) else ""

    def _take(self) -> str:
        token = self.peek()
        self._at += 1
        return token

    def alternatives(self) -> Query:
        inner = [self._conjunction()]
        while self.peek().lower() == "or":
            self._take()
            inner.append(self._conjunction())
        return inner[0] if len(inner) == 1 else Any(inner=tuple(inner))

    def _conjunction(self) -> Query:
        inner = [self._negation()]
        while self.peek() and self.peek() != ")" and self.peek().lower() != "or":
            word = self.peek().lower()
            if word in ("and", "and-not"):
                self._take()
            following = self._negation()
            inner.append(Not(inner=following) if word == "and-not" else following)
        return inner[0] if len(inner) == 1 else All(inner=tuple(inner))

    def _negation(self) -> Query:
        if self.peek().lower() == "not":
            self._take()
            return Not(inner=self._negation())
        if self.peek() == "(":
            self._take()
            inner = self.alternatives()
            if self._take() != ")":
                raise BAD_QUERY.refusal(why="a bracket is not closed")
            return inner
        return self._test()

    def _test(self) -> Query:
        region, comparison = "", ""
        if self.peek(1) == ":":
            region = self._take()
            self._take()
        if self.peek() in ("<", ">", "<=", ">=", "!="):
            comparison = self._take()
        token = self._take()
        if not token or token in "():":
            raise BAD_QUERY.refusal(why="a word is missing")
        return Test(region=region, comparison=comparison, text=token.strip('"'))
