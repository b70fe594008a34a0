"""What the fakes were asked, and where they are told to fail. Knows no port."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from faxrouter.model.failure import Failed, Failure, FailureKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a port's method, by the method's name."""

    operation: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    operation: str
    # counts from 1, over the whole life of the plan
    call: int
    kind: FailureKind
    after_effect: bool
    retry_after: float | None


class FaultPlan:
    """The record of every call, and the calls that fail."""

    def __init__(self, system: str) -> None:
        self.system = system
        self.calls: list[Call] = []
        self._faults: list[_Fault] = []

    def fail(
        self,
        operation: str,
        kind: FailureKind,
        *,
        call: int = 1,
        after_effect: bool = False,
        retry_after: float | None = None,
    ) -> None:
        """The `call`-th call from now on raises; with `after_effect` it was done and only the answer is lost."""
        number = self.count(operation) + call
        self._faults.append(
            _Fault(operation=operation, call=number, kind=kind, after_effect=after_effect, retry_after=retry_after)
        )

    def count(self, operation: str) -> int:
        return sum(call.operation == operation for call in self.calls)

    @contextmanager
    def around(self, operation: str, **arguments: object) -> Iterator[None]:
        """Records the call and fails it before or after what happens inside."""
        self.calls.append(Call(operation=operation, arguments=arguments))
        number = self.count(operation)
        faults = [fault for fault in self._faults if fault.operation == operation and fault.call == number]
        for fault in faults:
            if not fault.after_effect:
                raise self._failed(fault)
        yield
        for fault in faults:
            raise self._failed(fault)

    def refuse(self, operation: str, reason: str, *, kind: FailureKind = FailureKind.REJECTED) -> Failed:
        """A refusal that is no fault: the port's own answer."""
        return Failed(Failure(kind=kind, system=self.system, operation=operation, reason=reason))

    def _failed(self, fault: _Fault) -> Failed:
        failure = Failure(
            kind=fault.kind,
            system=self.system,
            operation=fault.operation,
            reason="the fault plan says so",
            retry_after=fault.retry_after,
        )
        return Failed(failure)
