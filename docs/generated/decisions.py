"""What `faxrouter decide` answers to the examples beside the page: facts in `docs/examples`, the starter's home."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from faxrouter.facts.gather import gather
from faxrouter.home.directory import read_home
from faxrouter.planning.outcomes import outcomes_as_json
from faxrouter.reload.gates import admit


def blocks(root: Path) -> Mapping[str, Callable[[], str]]:
    """Name of the example → its block: the facts as given, the decision as answered."""
    served = admit(read_home(root)).served
    if served is None:
        raise SystemExit("the starter home has errors: run `faxrouter check`")

    def block(path: Path) -> str:
        stated = json.loads(path.read_text(encoding="utf-8"))
        facts = gather(served.rule_set, [("stated", stated["facts"])], at=None).facts
        outcomes = outcomes_as_json(served.rule_set, served.decide(facts), facts)
        # the digest is that of the day; it would change this page with every edit of a rule
        answer = {"fax_id": stated.get("fax_id"), **outcomes, "rule_set": "…"}
        return f"```json\n{_json(stated)}\n```\n\n```json\n{_json(answer)}\n```\n"

    return {path.stem: partial(block, path) for path in sorted((root / "docs/examples").glob("*.json"))}


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
