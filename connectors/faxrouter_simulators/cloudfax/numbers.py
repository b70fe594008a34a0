"""What happens when a number is dialled: a table by its last four digits, and the gamma codes that it ends with.

| last four digits | what happens |
|---|---|
| 9901 | busy, then sent |
| 9902 | busy at every attempt |
| 9903 | no answer at every attempt |
| 9904 | the line drops in the middle: half of the pages arrive, nobody tries again |
| 9905 | a dead number |
| 9906 | a number that the account may not call |
| 9907 | a gamma code that is in no list |
| 9908 | slow, then sent |
| 9909 | every page arrives and the last one is not confirmed |
| 9910 | gamma code 2004 |
| 9911 | the service itself cancels it: gamma code 5000 |
| any other | sent at once |

A number that holds anything but digits and a leading `+`, or more than 18 digits, is a dead number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

# attempts of the service before it gives a destination up [G]
TRIES = 3


class Gamma(IntEnum):
    """Three are known; the list of the others is not public. [G] Those above 9000 are ours, and look it."""

    # also shown while nothing has happened, and for a job that its sender has cancelled
    NONE = 0
    # reported as BADF; what that stands for is not published
    BADF = 2004
    CANCELLED = 5000
    BUSY = 9101
    NO_ANSWER = 9102
    PARTIAL = 9103
    DEAD_NUMBER = 9104
    BLOCKED = 9105
    LAST_PAGE_NOT_CONFIRMED = 9106
    CANNOT_CONVERT = 9107
    EXPIRED = 9108
    IN_NO_LIST = 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one attempt ends."""

    gamma: Gamma = Gamma.NONE
    # of all pages
    share: float = 0.0
    # whether the service tries again
    again: bool = False
    # paces that the call takes
    paces: int = 1

    @property
    def sent(self) -> bool:
        return self.gamma is Gamma.NONE


SENT = Outcome(share=1.0)
CANNOT_CONVERT = Outcome(gamma=Gamma.CANNOT_CONVERT)
_BUSY = Outcome(gamma=Gamma.BUSY, again=True)
_DEAD_NUMBER = Outcome(gamma=Gamma.DEAD_NUMBER)

# the outcomes of the attempts, the last one again and again
OUTCOMES: Mapping[str, tuple[Outcome, ...]] = {
    "9901": (_BUSY, SENT),
    "9902": (_BUSY,),
    "9903": (Outcome(gamma=Gamma.NO_ANSWER, again=True, paces=2),),
    "9904": (Outcome(gamma=Gamma.PARTIAL, share=0.5),),
    "9905": (_DEAD_NUMBER,),
    "9906": (Outcome(gamma=Gamma.BLOCKED),),
    "9907": (Outcome(gamma=Gamma.IN_NO_LIST),),
    "9908": (Outcome(share=1.0, paces=20),),
    "9909": (Outcome(gamma=Gamma.LAST_PAGE_NOT_CONFIRMED, share=1.0),),
    "9910": (Outcome(gamma=Gamma.BADF),),
    "9911": (Outcome(gamma=Gamma.CANCELLED),),
}
_DIALLABLE = re.compile(r"\+?[0-9]{1,18}")


def outcome_of(number: str, *, attempt: int) -> Outcome:
    """`attempt` counts from 1."""
    if not _DIALLABLE.fullmatch(number):
        return _DEAD_NUMBER
    outcomes = OUTCOMES.get(number[-4:], (SENT,))
    return outcomes[min(attempt, len(outcomes)) - 1]
