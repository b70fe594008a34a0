"""What does not fit when a text is written into an attribute, for everything that the text is known to print.

Exact or silent: an error is a text that never fits, a warning names the fact and what it would print. Knows no file.
"""

from collections.abc import Iterable, Iterator, Sequence

from faxrouter.language.attributes import SEPARATOR, YES_NO_WORDS, Misfit, MisfitKind, misfit, takes
from faxrouter.language.fact_values import Open
from faxrouter.language.prints import Print, Printed
from faxrouter.language.refusal import Refusal, closest
from faxrouter.language.ruleset import AttributeDeclaration, AttributeType, FactDeclaration, FactType
from faxrouter.language.text_filters import LONGEST_TRUNCATE, show
from faxrouter.language.values import read_member, read_value

_ALWAYS_EMPTY, _NEVER, _PERHAPS = "R412", "R413", "R414"
_MOST_SAMPLES = 64
_LONGEST_SHOWN = 60
# code of the problem and its words
Unfit = tuple[str, str]


def unfit(attribute: AttributeDeclaration, found: Printed) -> Iterator[Unfit]:
    """Every mistake, each once."""
    closed = [(one, wrong) for one in found.each if (wrong := _closed_misfit(attribute, one)) is not None]
    yield from _empty(attribute, found, [one for one, wrong in closed if wrong.kind is MisfitKind.EMPTY])
    filled = [(one, wrong) for one, wrong in closed if wrong.kind is not MisfitKind.EMPTY]
    literals = {str(one.text): wrong for one, wrong in filled if not one.facts}
    for text, wrong in literals.items():
        close = closest(text, attribute.values)
        hint = f"; did you mean `{close}`?" if close else ""
        yield _NEVER, f"`{_cut(text)}` never fits: `{attribute.name}` {wrong.words}{hint}"
    for facts in dict.fromkeys(one.facts for one, _ in filled if one.facts):
        yield _of_facts(attribute, found, [(one, wrong) for one, wrong in filled if one.facts == facts])
    for pieces in dict.fromkeys(one.pieces for one in found.each if one.text is None):
        one = Print(pieces=pieces, when={})
        yield from _open(attribute, one.only) if one.only is not None else _mixed(attribute, one)


def _closed_misfit(attribute: AttributeDeclaration, one: Print) -> Misfit | None:
    return misfit(attribute, one.text) if one.text is not None else None


def _empty(attribute: AttributeDeclaration, found: Printed, empty: Sequence[Print]) -> Iterator[Unfit]:
    if not empty:
        return
    if found.complete and len(empty) == len(found.each):
        yield _ALWAYS_EMPTY, f"`{attribute.name}` must not be empty, and this text always is; write what it shall be"
        return
    missing = [name for name in empty[0].when if all(one.when.get(name, "") is None for one in empty)]
    where = f" where {_not_known(missing)}" if missing else " for some faxes"
    yield _PERHAPS, f"`{attribute.name}` must not be empty, and this text is empty{where}; write what stands instead"


def _of_facts(attribute: AttributeDeclaration, found: Printed, wrong: Sequence[tuple[Print, Misfit]]) -> Unfit:
    """Values of facts that do not fit; an error where no value does."""
    first, misfit_of_first = wrong[0]
    if misfit_of_first.kind is MisfitKind.LENGTH:
        longest = max((one for one, _ in wrong), key=lambda one: len(str(one.text)))
        what = f"prints {len(str(longest.text))} characters when {_when(longest)}"
        return _PERHAPS, f"{what}; `{attribute.name}` {takes(attribute)}: {_shorten(attribute, first.facts)}"
    texts = dict.fromkeys(one.text for one, _ in wrong)
    possible = {one.text for one in found.each if one.facts == first.facts and one.text and _is_known(one)}
    if found.complete and possible and possible <= set(texts):
        names = " and ".join(f"`{name}`" for name in sorted(first.facts))
        what = f"nothing that {names} prints ever fits, such as `{_cut(str(first.text))}`"
        return _NEVER, f"{what}: `{attribute.name}` {takes(attribute)}"
    more = "" if len(texts) == 1 else f", and {len(texts) - 1} more such text{'' if len(texts) == 2 else 's'}"
    what = f"prints `{_cut(str(first.text))}` when {_when(first)}{more}"
    return _PERHAPS, f"{what}; `{attribute.name}` {takes(attribute)}"


def _open(attribute: AttributeDeclaration, value: Open) -> Iterator[Unfit]:
    """A single fact of very many values."""
    name = f"`{value.fact.name}`"
    match attribute.type:
        case AttributeType.TEXT:
            reach = value.reach_of_part if attribute.several else value.reach
            if _is_too_long(attribute, reach):
                several = ", or `several: yes`" if value.fact.type is FactType.SET_OF_IDS else ""
                what = f"{name} may be {_of_length(reach)}; `{attribute.name}` {takes(attribute)}"
                yield _PERHAPS, f"{what}: {_shorten(attribute, value.facts)}{several}"
        case AttributeType.CHOICE | AttributeType.YES_NO:
            words = attribute.values if attribute.type is AttributeType.CHOICE else YES_NO_WORDS
            if value.is_plain and not any(_can_print(value, word) for word in words):
                yield _never(attribute, value)
            elif value.is_plain:
                yield _PERHAPS, f"{name} may print something else; `{attribute.name}` {takes(attribute)}"
        case _:
            fitting = [sample for sample in value.samples if misfit(attribute, sample) is None]
            if value.samples and not fitting:
                yield _never(attribute, value)
            elif len(fitting) < len(value.samples):
                yield _PERHAPS, f"{name} may print something else; `{attribute.name}` {takes(attribute)}"


def _mixed(attribute: AttributeDeclaration, one: Print) -> Iterator[Unfit]:
    """A text around facts of very many values. What words in it could make of it is not judged."""
    match attribute.type:
        case AttributeType.TEXT:
            if not attribute.several and _is_too_long(attribute, one.reach):
                what = f"this text may be {_of_length(one.reach)}; `{attribute.name}` {takes(attribute)}"
                yield _PERHAPS, f"{what}: cut the facts in it with `| truncate(…)`"
        case AttributeType.CHOICE | AttributeType.YES_NO:
            return
        case _:
            samples = one.samples(most=_MOST_SAMPLES)
            opens = [piece for piece in one.pieces if isinstance(piece, Open)]
            if samples and not any(map(_is_free, opens)) and all(misfit(attribute, sample) for sample in samples):
                yield _NEVER, f"this text prints such as `{_cut(samples[0])}`; `{attribute.name}` {takes(attribute)}"


def _never(attribute: AttributeDeclaration, value: Open) -> Unfit:
    fact = value.fact
    looks = f"has the type `{fact.type}`" if _is_free(value) else f"prints such as `{_cut(value.samples[0])}`"
    return _NEVER, f"`{fact.name}` {looks} and never fits: `{attribute.name}` {takes(attribute)}"


def _is_free(value: Open) -> bool:
    """Whether the fact may be any words."""
    fact = value.fact
    if fact.lookup is not None:
        return False
    is_unmasked = fact.type in (FactType.ID, FactType.SET_OF_IDS) and fact.mask is None
    is_undeclared = fact.type is FactType.CHOICE and not fact.values
    return is_unmasked or is_undeclared or fact.type in (FactType.TEXT_SHORT, FactType.TEXT_LONG)


def _can_print(value: Open, word: str) -> bool:
    """Whether the fact, printed plainly, can be the word; True where that is not certain."""
    fact = value.fact
    match fact.type:
        case FactType.MOMENT:
            return word[:1].isdigit()
        case _ if fact.lookup is not None:
            return word in value.samples
        case FactType.SET_OF_IDS:
            return not any(isinstance(read_member(fact, part), Refusal) for part in word.split(SEPARATOR))
        case _:
            return _prints_as(fact, word)


def _prints_as(fact: FactDeclaration, word: str) -> bool:
    read = read_value(fact, word, phone_region=None)
    return not isinstance(read, Refusal) and show(read, zone="UTC") == word


def _is_known(one: Print) -> bool:
    return all(one.when.get(name, "") is not None for name in one.facts)


def _is_too_long(attribute: AttributeDeclaration, reach: int | None) -> bool:
    return attribute.length is not None and (reach is None or reach > attribute.length)


def _of_length(reach: int | None) -> str:
    return "of any length" if reach is None else f"{reach} characters long"


def _shorten(attribute: AttributeDeclaration, facts: Iterable[str]) -> str:
    length = min(attribute.length or LONGEST_TRUNCATE, LONGEST_TRUNCATE)
    cut = " and ".join(f"`{name} | truncate({length})`" for name in sorted(facts))
    return f"write {cut}, or declare a longer `length:`"


def _when(one: Print) -> str:
    """`document_type` is that and `language` is `spanish`."""
    said: list[str] = []
    for name in sorted(one.facts):
        match one.when.get(name, ""):
            case None:
                said.append(f"`{name}` is not known")
            case "":
                said.append(f"`{name}` is known")
            case value:
                said.append(f"`{name}` is {'that' if value == one.text else f'`{_cut(value)}`'}")
    return " and ".join(said)


def _not_known(names: Sequence[str]) -> str:
    return f"{' and '.join(f'`{name}`' for name in names)} {'is' if len(names) == 1 else 'are'} not known"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
