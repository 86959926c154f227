"""What a `VirtualLoop` tells whoever watches it.

A class of its own for the interface: the recorder of a run is one, and so is what watches a second
loop of the same run.
"""

from asyncio import Handle
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.engine.recording.task_log import TaskLog


class Instrument:
    """Watches a loop. This base does nothing: it watches a loop that nobody records.

    Attributes:
        cause: which step runs, or scheduled the step that runs; new handles keep it as `by`.
        own: the files of the answer's own code.
    """

    def __init__(self, own: Collection[str] = ()) -> None:
        # Not on the class: what a class has, too, is slow to read of an object, and this is read at
        # each step.
        self.cause: TaskLog | None = None
        self.own = own

    def is_over(self) -> bool:
        """Whether nothing of the loop matters any more."""
        return False

    def turn(self) -> None:
        """A turn of the loop begins."""

    def step(self, handle: Handle, callback: Callable[..., object]) -> None:
        """A handle is about to run its callback."""

    def idle(self, until: int | None) -> None:
        """Nothing is left to do before `until` (nanoseconds, None: ever)."""

    def unwoken(self) -> None:
        """Another thread schedules something, and does not wake the loop, which is asleep."""

    def use_factory(self, factory: Callable[..., Any] | None) -> Callable[..., Any] | None:
        """The task factory that the loop really has where `factory` is asked for."""
        return factory

    def opened(self, kind: str, thing: Any) -> None:
        """A "server", "transport", "pipe" or "process" is there."""

    def dropped(self, transport: object) -> None:
        """The stream of an open transport is destroyed."""

    def noticed(self, context: dict[str, Any]) -> None:
        """Somebody is told of an exception that nobody handles."""

    def complain(self, context: dict[str, Any]) -> bool:
        """What asyncio would log; returns whether that is done with."""
        return False
