"""Problems that show only between two rules, or between a rule and itself (R501–R506)."""

from faxrouter.language.catalogue.check import Check
from faxrouter.model.problem import Severity

PAIRS: tuple[Check, ...] = (
    Check(
        code="R501",
        severity=Severity.ERROR,
        title="scopes overlap",
        what="the scopes of two departments have a fax in common",
        why="both would decide about it, and one could route the other's faxes",
        instead="give each number to one department; the example is a number that both claim",
        bad={},
        good={},
    ),
    Check(
        code="R502",
        severity=Severity.ERROR,
        title="condition contradicts itself",
        what="no fax can satisfy the conditions of the rule together",
        why="the rule looks as if it did something and never will",
        instead="mend the condition that is wrong, write alternatives under `any:`, or remove the rule",
        bad={},
        good={},
    ),
    Check(
        code="R503",
        severity=Severity.WARNING,
        title="rule outside its scope",
        what="every fax that the rule describes lies outside the department's scope or the rule's dates",
        why="a department decides only for its own numbers, so the rule never matches",
        instead="mend the number, or move the rule to the department that owns it",
        bad={},
        good={},
    ),
    Check(
        code="R504",
        severity=Severity.ERROR,
        title="rows overlap",
        what="two rows of a table whose `rows are: unique` match one fax",
        why="the table says that each fax has one row; which of the two was meant cannot be guessed",
        instead="make one row narrower, or write `rows are: in order`",
        bad={},
        good={},
    ),
    Check(
        code="R505",
        severity=Severity.ERROR,
        title="tie between files",
        what="two rules of different files, with the same priority, give one fax different values",
        why="file names never decide: a renamed file must not send a fax elsewhere",
        instead="give one rule another `priority`, or make one condition narrower",
        bad={},
        good={},
    ),
    Check(
        code="R506",
        severity=Severity.NOTE,
        title="settled by order",
        what="an earlier rule of the same file and priority gives another value to a fax that this rule matches too",
        why="the earlier one decides; that is often meant, and sometimes a surprise",
        instead="nothing, if it is meant; otherwise move the rule up, or give it a higher `priority`",
        bad={},
        good={},
    ),
)
