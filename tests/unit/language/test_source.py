"""The one door for YAML: every scalar stays the text that was written, and what cannot be read is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxrouter.language.findings import Findings, TooManyProblems
from faxrouter.language.source import MAX_BYTES, MAX_DEPTH, MAX_VALUES, ListNode, MapNode, Node, ScalarNode, read_yaml


def read(content: str | bytes) -> tuple[Node | None, list[str]]:
    findings = Findings()
    raw = content if isinstance(content, bytes) else content.encode()
    node = read_yaml("f", raw, findings=findings)
    return node, [str(problem).removeprefix("f:") for problem in findings.problems]


def plain(node: Node | None) -> object:
    """The node without places."""
    match node:
        case ScalarNode():
            return node.text
        case ListNode():
            return [plain(item) for item in node.items]
        case MapNode():
            return {key.text: plain(value) for key, value in node.entries}
        case None:
            return None


TEXTS = ["no", "0123", "+15551234567", "1e3", "22:00", "2026-03-01", "1.10", "0x1F", "~", "null", "12.5%", "=", "a, b"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_scalar_is_the_text_that_was_written(text: str) -> None:
    """YAML types nothing: the fact with which it is compared does."""
    block, no_problems = read(f"a: {text}\n")
    quoted, none_either = read(f'a: "{text}"\n')

    assert no_problems == none_either == []
    assert plain(block) == plain(quoted) == {"a": text}


def test_every_node_knows_its_place_and_whether_it_was_quoted() -> None:
    """Lines and columns count from 1, also behind characters of several bytes."""
    node, problems = read("é: {b: 'c', d: e}\nlist:\n  - \"x\"\n  - |\n    y\n  -\n")

    assert problems == []
    assert isinstance(node, MapNode)
    inner, items = node.get("é"), node.get("list")
    assert isinstance(inner, MapNode)
    assert isinstance(items, ListNode)
    scalars = [scalar for entry in inner.entries for scalar in entry] + list(items.items)
    seen = [(s.text, s.quoted, s.place.line, s.place.column) for s in scalars if isinstance(s, ScalarNode)]
    assert seen == [
        ("b", False, 1, 5),
        ("c", True, 1, 8),
        ("d", False, 1, 13),
        ("e", False, 1, 16),
        ("x", True, 3, 5),
        ("y\n", True, 4, 5),
        ("", False, 6, 4),
    ]


COMMENTS = [
    ("a: Suite #5\n", ["1:4 R006 `#5` is read as a comment, not as part of the value; put the value in quotes"]),
    ("- a\n- #b\n", ["2:2 R006 `#b` is read as a comment, not as part of the value; put the value in quotes"]),
    ("a: b #c d\n", ["1:4 R006 `#c d` is read as a comment, not as part of the value; put the value in quotes"]),
    ("a: b # a comment\n", []),
    ("a: b#c\n", []),
    ("a: 'Suite #5'\n", []),
    ("# a comment\n#another\na: b\n", []),
    ("a:\n  b: c\n#d\n", []),
]


@pytest.mark.parametrize(("text", "expected"), COMMENTS)
def test_a_value_cut_off_by_a_comment_is_noticed(text: str, expected: list[str]) -> None:
    """`# ` with a space is a comment that was meant; on a line of its own every comment is."""
    _, problems = read(text)

    assert problems == expected


def test_a_bracket_behind_a_comment_is_one_mistake() -> None:
    """`#5, b]` swallows the bracket as well; that it is missing then follows from the first problem."""
    _, problems = read("a: [x, Suite #5, b]\nc: d\n")

    assert problems == ["1:8 R006 `#5, b]` is read as a comment, not as part of the value; put the value in quotes"]


REFUSED = [
    ("a: 1\na: 2\n", "2:1 R004 `a` stands twice in this map: here and on line 1; keep one"),
    ("a: &x 1\n", "1:4 R005 `&x` names a value for repetition; write the value out where it is used"),
    (
        "a: !!int 1\n",
        "1:4 R005 `tag:yaml.org,2002:int` is a YAML tag; values are typed by the fact they are compared with",
    ),
    ("? [a]\n: b\n", "1:3 R007 a key must be a word, not a list or a map"),
    (
        "a: b: c\n",
        "1:5 R002 cannot be read: a second `: ` on one line; put the value in quotes, "
        "or write each condition on its own line",
    ),
    (
        "a: [b\n",
        "2:1 R002 cannot be read: the `[` on line 1 is not closed with `]`; close it, or put the value in quotes",
    ),
    ("a:\n\t- b\n", "2:1 R002 cannot be read: a tab stands here; indent with spaces"),
    ("- a: 1\n-\tb: 2\n", "2:2 R002 cannot be read: a tab stands here; indent with spaces"),
    ("a: [> 40]\n", "1:5 R002 cannot be read: `>` cannot begin a value; put the value in quotes"),
    ('a: "b\nc: d\n', "1:4 R002 cannot be read: the quote that opens here is never closed; close it"),
    (
        'a: {b: "c}\nd: "e"\n',
        "1:8 R002 cannot be read: the quote that opens here ends only on line 2; close it on its own line",
    ),
    (
        "a:\n  b = c\n  d: e\n",
        "2:3 R002 cannot be read: `b = c` has no `: ` in it; put it after the key, or the value in quotes",
    ),
    (
        "a:\n  b: c\n   d: e\n",
        "3:4 R002 cannot be read: this line is indented more than the line above; "
        "lines that belong together begin in one column",
    ),
    (
        "a:\n   b: c\n  d: e\n",
        "3:3 R002 cannot be read: this line is not indented like its neighbours; "
        "lines that belong together begin in one column",
    ),
    (
        "a:\n  b:\n    c: 1\n  when\n    d: 1\n",
        "4:3 R002 cannot be read: `when` has no `: ` in it; put it after the key, or the value in quotes",
    ),
    ("a: 1\n---\nb: 2\n", "2:1 R002 a second document starts here; use one file each"),
    (b"a: \xff\n", "1:4 R001 byte 0xff is not UTF-8; save the file as UTF-8"),
    ("[" * (MAX_DEPTH + 1), f"1:{MAX_DEPTH + 1} R003 lists and maps are nested more than {MAX_DEPTH} deep"),
    ("[" * 30_000, f"1:{MAX_DEPTH + 1} R003 lists and maps are nested more than {MAX_DEPTH} deep"),
    (b"#" * (MAX_BYTES + 1), "1:1 R003 the file has 8,388,609 bytes; the limit is 8,388,608"),
]


@pytest.mark.parametrize(("content", "expected"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_read_is_named_at_its_place(content: str | bytes, expected: str) -> None:
    """Code, place, the author's own words, and how to mend it."""
    _, problems = read(content)

    assert problems[:1] == [expected]


def test_a_file_of_too_many_values_is_refused_before_it_fills_the_memory() -> None:
    """On one line as well: looking for comments must not copy the line for every value."""
    node, problems = read("[" + "a," * MAX_VALUES + "a]")

    assert node is None
    assert problems == [f"1:{2 * MAX_VALUES + 2} R003 the file has more than 500,000 values; split it"]


def test_an_empty_file_is_an_empty_map() -> None:
    """What it needs is then asked for by name."""
    assert [plain(read(text)[0]) for text in ("", "\n", "# only a comment\n", "\ufeff")] == [{}, {}, {}, {}]


@given(st.binary(max_size=200) | st.text("ab:-#&*!|>'\"[]{},? \n\t\\%@`~<", max_size=60).map(str.encode))
def test_reading_never_fails_without_a_problem(content: bytes) -> None:
    """Whatever the bytes are, there is a node or a problem."""
    findings = Findings()
    try:
        node = read_yaml("f", content, findings=findings)
    except TooManyProblems:
        return

    assert node is not None or findings.problems
