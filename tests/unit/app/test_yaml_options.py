"""Options that stand in a YAML file: read through the one door, and named by file and line when they cannot be."""

from pathlib import Path

import pytest

from faxrouter.app.yaml_options import with_yaml
from faxrouter.model.failure import Unavailable


def test_a_file_takes_the_place_of_the_option(tmp_path: Path) -> None:
    """At any depth; what a text means is for the connector to say."""
    (tmp_path / "inbound.yaml").write_text("language: 1\ndocument id: [a, b]\nfacts: {pages: fax.pages, urgent: yes}\n")

    options = with_yaml({"deep": {"inbound": {"yaml": "inbound.yaml"}}, "yaml": "x", "n": 3}, home=tmp_path)

    read = {"language": "1", "document id": ["a", "b"], "facts": {"pages": "fax.pages", "urgent": "yes"}}
    assert {"deep": {"inbound": read}, "yaml": "x", "n": 3} == options


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot read `inbound.yaml`, which faxrouter.toml names: No such file or directory"),
        ("- a\n", "`inbound.yaml`, which faxrouter.toml names, holds no keys"),
        ("a: 1\na: 2\n", r"inbound.yaml:2 \w+ "),
        ("a: &anchor 1\n", r"inbound.yaml:1 \w+ "),
        ("a: [1\n", r"inbound.yaml:\d \w+ "),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: str | None, said: str) -> None:
    """With its line, as a rules file is."""
    if content is not None:
        (tmp_path / "inbound.yaml").write_text(content)

    with pytest.raises(Unavailable, match=said):
        with_yaml({"inbound": {"yaml": "inbound.yaml"}}, home=tmp_path)
