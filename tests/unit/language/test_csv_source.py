"""CSV files: cells with places, and a problem for every line that would stand in a wrong column."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxrouter.language.csv_source import MAX_CELLS, MAX_PROBLEMS, Cell, CsvTable, read_csv
from faxrouter.language.findings import Findings
from faxrouter.model.problem import Place


def read(text: str | bytes) -> tuple[CsvTable | None, list[str]]:
    findings = Findings()
    content = text if isinstance(text, bytes) else text.encode()
    table = read_csv("rules/desks.csv", content, findings=findings)
    return table, [str(problem).removeprefix("rules/desks.csv:") for problem in findings.problems]


def texts(table: CsvTable | None) -> list[list[str]]:
    assert table is not None
    return [[cell.text for cell in row] for row in (table.header, *table.rows)]


READABLE = [
    ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
    ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
    ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
    ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
    ("a,b\n\n1,2\n\n", [["a", "b"], ["1", "2"]]),
    ("a,b\n,,,\n1,2\n", [["a", "b"], ["1", "2"]]),
    ("a,b\n1,\n,2\n3,", [["a", "b"], ["1", ""], ["", "2"], ["3", ""]]),
    (" a , b \n 1 2 ,  3\n", [["a", "b"], ["1 2", "3"]]),
    ('a,b\n"x, y","say ""yes"""\n', [["a", "b"], ["x, y", 'say "yes"']]),
    ('a,b\n"1" , "2"\n', [["a", "b"], ["1", "2"]]),
    ('a,b\n"",-\n', [["a", "b"], ["", "-"]]),
    ('a,b\n"two\nlines",2\n3,4\n', [["a", "b"], ["two\nlines", "2"], ["3", "4"]]),
    ("\ufeffa,b\nné,😀\n", [["a", "b"], ["né", "😀"]]),
    ("+14155550100\n", [["+14155550100"]]),
]


@pytest.mark.parametrize(("text", "expected"), READABLE)
def test_cells_are_read_as_they_are_written(text: str, expected: list[list[str]]) -> None:
    """Commas, quotes, doubled quotes, every line end, spaces around cells, empty lines left out."""
    table, problems = read(text)

    assert ([], expected) == (problems, texts(table))


def test_every_cell_knows_its_place() -> None:
    """Line and column count from 1; a line break inside quotes counts."""
    table, _ = read('a,b\n"two\nlines", x\n3,4\n')

    assert table is not None
    places = [(cell.place.line, cell.place.column) for row in (table.header, *table.rows) for cell in row]
    assert places == [(1, 1), (1, 3), (2, 1), (3, 9), (4, 1), (4, 3)]
    assert Cell(text="x", quoted=False, place=Place(file="rules/desks.csv", line=3, column=9)) == table.rows[0][1]
    assert table.rows[0][0].quoted


UNREADABLE = [
    ("", ["1:1 R014 the file has no header; name the columns on its first line"]),
    ("\n\n", ["1:1 R014 the file has no header; name the columns on its first line"]),
    ("a,,c\n1,2,3\n", ["1:3 R014 a column has no name; name it, or remove the column"]),
    ("a,b,a\n1,2,3\n", ["1:5 R014 the column `a` stands twice; keep one"]),
    ("a;b\n1;2\n", ["1:1 R012 cells are separated by commas; save the file as comma-separated CSV"]),
    ("a\tb\n1\t2\n", ["1:1 R012 cells are separated by commas; save the file as comma-separated CSV"]),
    ('a,b\n1,"2\n3,4\n', ["2:3 R012 this quote is never closed; close it, or write the cell without it"]),
    (
        'a,b\n1,"2"3\n',
        ["2:6 R012 text follows a closing quote; put the whole cell in quotes, inner quotes doubled"],
    ),
    ('a,b\n1,5" x\n', ["2:4 R012 a quote inside `5…`; put the cell in quotes, inner quotes doubled"]),
    ("a,b\n1,\x002\n", ["2:3 R012 control character U+0000; remove it"]),
    (b"a,b\n1,caf\xe9\n", ["2:6 R001 byte 0xe9 is not UTF-8; save the file as UTF-8"]),
]


@pytest.mark.parametrize(("text", "expected"), UNREADABLE)
def test_a_file_that_cannot_be_read_gives_no_table_and_says_where(text: str | bytes, expected: list[str]) -> None:
    """Nothing after a stray quote can be trusted, so the whole file is refused with one problem."""
    table, problems = read(text)

    assert (None, expected) == (table, problems)


def test_rows_of_another_length_are_left_out_and_named() -> None:
    """The other rows are still read, so that all problems come at once."""
    table, problems = read("a,b\n1,2,3\n4,5\n6\n")

    assert texts(table) == [["a", "b"], ["4", "5"]]
    assert problems == [
        "2:1 R013 this row has 3 cells, the header has 2; a value with a comma needs quotes",
        "4:1 R013 this row has 1 cells, the header has 2; an empty cell still needs its comma",
    ]


def test_a_file_full_of_bad_rows_gives_a_bounded_number_of_problems() -> None:
    """After the first fifty the rest is counted, not listed."""
    _, problems = read("a,b\n" + "1\n" * 1_000)

    assert len(problems) == MAX_PROBLEMS + 1
    assert "950 more rows have a wrong number of cells" in problems[-1]


def test_a_file_of_too_many_cells_is_refused() -> None:
    """Memory is bounded before the file is understood."""
    table, problems = read("a,b\n" + ",\n" * (MAX_CELLS // 2 + 1))

    assert table is None
    assert [f"{MAX_CELLS // 2 + 1}:1 R003 the file has more than 500,000 cells; split it"] == problems


CELLS = st.text('ab ,"\n+0é', max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_what_a_csv_writer_quotes_is_read_back_letter_by_letter(rows: list[tuple[str, str]]) -> None:
    """Whatever stands in quotes is kept as it is, an empty cell too."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *rows])

    table, problems = read(written.getvalue())

    assert problems == []
    assert texts(table) == [["a", "b"], *([one, two] for one, two in rows)]


@given(st.binary(max_size=100) | st.text('ab,"\r\n ;', max_size=40).map(str.encode))
def test_reading_never_fails_without_a_problem(content: bytes) -> None:
    """Whatever the bytes are, there is a table or a problem."""
    table, problems = read(content)

    assert table is not None or problems
