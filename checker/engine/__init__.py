"""Runs an awaitable on a virtual clock and writes down what happened; knows no exercises."""

from checker.engine.limits import Limits
from checker.engine.observe import observe
from checker.engine.record import Run
from checker.engine.service import Absent, Service

__all__ = ["Absent", "Limits", "Run", "Service", "observe"]
