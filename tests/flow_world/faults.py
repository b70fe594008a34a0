"""Faults on call: the next call of an operation fails once, before or after it changed the world."""

from dataclasses import dataclass

from faxrouter.model.failure import Failed, Failure, FailureKind
from flow_world.world import World


@dataclass(kw_only=True)
class Fault:
    """Breaks one operation of the world, `times` times."""

    operation: str
    kind: FailureKind
    # the call did its work, only the answer is lost
    after: bool = False
    times: int = 1
    retry_after: float | None = None

    def strike(self, operation: str) -> None:
        if operation != self.operation or self.times == 0:
            return
        self.times -= 1
        raise Failed(
            Failure(
                kind=self.kind,
                system="world",
                operation=operation,
                reason="as ordered",
                retry_after=self.retry_after,
            )
        )


def break_with(world: World, *faults: Fault) -> None:
    """From now on these faults strike, and no others."""

    def before(operation: str) -> None:
        for fault in faults:
            if not fault.after:
                fault.strike(operation)

    def after(operation: str) -> None:
        for fault in faults:
            if fault.after:
                fault.strike(operation)

    world.before, world.after = before, after
