"""The record classes of `retention.yaml`: how long, counted from when, what then, by whose authority. Knows no rule."""

from collections.abc import Mapping

from faxrouter.language.declarations.entries import one_of, typed
from faxrouter.language.durations import read_period
from faxrouter.language.findings import Findings
from faxrouter.language.shapes import as_map, as_text, check_keys, check_language, entries_of
from faxrouter.language.source import MapNode, ScalarNode
from faxrouter.model.records import Disposition, PeriodUnit, RecordClass

CLASS_KEYS = ("period", "from", "disposition", "rsi", "authority")
DISPOSITIONS = tuple(disposition.value for disposition in Disposition)


def read_record_classes(root: MapNode, *, findings: Findings) -> Mapping[str, RecordClass]:
    """Every class whose period can be read. What only later steps need is asked for with a warning."""
    check_language(root, findings=findings)
    known = ("language", "classes")
    check_keys(root, "retention.yaml", known=known, required=("classes",), findings=findings)
    declared: dict[str, RecordClass] = {}
    for key, node in entries_of(as_map(root.get("classes"), "`classes`", findings=findings)):
        entry = as_map(node, f"the record class `{key.text}`", findings=findings)
        record_class = _read_class(key, entry, findings) if entry is not None else None
        if record_class is not None:
            declared.setdefault(record_class.name, record_class)
    return declared


def _read_class(key: ScalarNode, entry: MapNode, findings: Findings) -> RecordClass | None:
    what = f"the record class `{key.text}`"
    check_keys(entry, what, known=CLASS_KEYS, required=("period", "from"), findings=findings)
    missing = [name for name in ("disposition", "rsi", "authority") if entry.get(name) is None]
    if missing:
        needed = " and ".join(f"`{name}:`" for name in missing)
        findings.add("R130", key.place, f"{what} has no {needed}; a record could not be disposed of by it")
    period = typed(entry.get("period"), "`period`", read=read_period, findings=findings)
    trigger = as_text(entry.get("from"), "`from`", findings=findings)
    disposition = one_of(entry.get("disposition"), "disposition", known=DISPOSITIONS, findings=findings)
    rsi = as_text(entry.get("rsi"), "`rsi`", findings=findings)
    authority = as_text(entry.get("authority"), "`authority`", findings=findings)
    if period is None or trigger is None:
        return None
    if period.unit is PeriodUnit.PERMANENT and disposition == Disposition.DESTROY:
        node = entry.get("disposition")
        message = f"{what} is permanent, so `disposition: destroy` never comes; write `keep`"
        findings.add("R131", node.place if node else entry.place, message)
    return RecordClass(
        name=key.text,
        period=period,
        trigger=trigger.text,
        disposition=Disposition(disposition) if disposition else Disposition.REVIEW,
        rsi=rsi.text if rsi else key.text,
        authority=authority.text if authority else "",
        place=key.place,
    )
