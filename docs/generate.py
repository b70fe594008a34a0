"""Writes the generated pages: `python docs/generate.py`, or compares them: `python docs/generate.py --check`.

Generated are `problems.md`, the golden texts of every problem code, the blocks of `language.md` between
`<!-- generated: NAME -->` and `<!-- end -->`, and the decisions in `decide.md`, made from the facts in `examples/`.
Everything else in a page is written by hand and stays as it is.
"""

import argparse
import difflib
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from generated import decisions, language, problems  # noqa: E402

_BLOCK = re.compile(r"(<!-- generated: ([^>]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def main() -> int:
    """0 when everything is written, or as it should be; 1 when `--check` found a difference."""
    parser = argparse.ArgumentParser(description="Write the generated pages.")
    parser.add_argument("--check", action="store_true", help="only say what would change")
    check = parser.parse_args().check
    wanted = {
        **problems.pages(ROOT),
        ROOT / "docs/language.md": _filled(ROOT / "docs/language.md", language.BLOCKS),
        ROOT / "docs/decide.md": _filled(ROOT / "docs/decide.md", decisions.blocks(ROOT)),
    }
    changed = [path for path, text in wanted.items() if _present(path) != text]
    left_over = [path for path in problems.golden_texts(ROOT) if path not in wanted]
    for path in changed:
        if check:
            _show_difference(path, wanted[path])
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
            print(f"written: {path.relative_to(ROOT)}")
    for path in left_over:
        print(f"{'left over' if check else 'removed'}: {path.relative_to(ROOT)}")
        if not check:
            path.unlink()
    if check and (changed or left_over):
        print("\nthe generated pages are not up to date: run `make docs`, read what changed, and commit it")
        return 1
    return 0


def _present(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _filled(page: Path, blocks: Mapping[str, Callable[[], str]]) -> str:
    """The page with each of its blocks made anew. A block that nobody makes is a KeyError."""
    text = page.read_text(encoding="utf-8")
    return _BLOCK.sub(lambda found: f"{found[1]}{blocks[found[2]]()}{found[3]}", text)


def _show_difference(path: Path, wanted: str) -> None:
    name = str(path.relative_to(ROOT))
    present = (_present(path) or "").splitlines(keepends=True)
    sys.stdout.writelines(difflib.unified_diff(present, wanted.splitlines(keepends=True), name, f"{name} (generated)"))


if __name__ == "__main__":
    sys.exit(main())
