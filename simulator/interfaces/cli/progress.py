"""Progress on standard error, a bar or a spinner: only on a terminal, and only when the work lasts."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Any, Self

PATIENCE = 2.0


class _Display:
    """What appears after `PATIENCE` seconds and leaves nothing behind. Without a terminal it does nothing."""

    def __init__(self, what: str) -> None:
        """Name what is done."""
        self.what = what
        self.bar: Any = None
        self.task: Any = None
        self.timer: threading.Timer | None = None
        self.lock = threading.Lock()

    def __enter__(self) -> Self:
        """Begin to wait."""
        if sys.stderr.isatty():
            self.timer = threading.Timer(PATIENCE, self._appear)
            self.timer.daemon = True
            self.timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take it away."""
        with self.lock:
            if self.timer is not None:
                self.timer.cancel()
            if self.bar is not None:
                self.bar.stop()
            self.timer = None

    def _columns(self) -> tuple[Any, ...]:
        """Return what stands in the line."""
        raise NotImplementedError

    def _state(self) -> dict[str, Any]:
        """Return how far the work is."""
        return {}

    def _show(self) -> None:
        """Show how far the work is, if the line has appeared; the lock is held."""
        if self.bar is not None:
            self.bar.update(self.task, description=self.what, **self._state())

    def _appear(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        with self.lock:
            if self.timer is None:
                return
            self.bar = Progress(*self._columns(), console=Console(stderr=True), transient=True, redirect_stdout=False)
            self.task = self.bar.add_task(self.what, total=None)
            self._show()
            self.bar.start()


class ProgressBar(_Display):
    """Shows how much is done and the time left; called with what is done and the total."""

    def __init__(self, what: str) -> None:
        """Name what is counted."""
        super().__init__(what)
        self.done, self.total = 0, 0

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        with self.lock:
            self.done, self.total = done, total
            self._show()

    def _columns(self) -> tuple[Any, ...]:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

        return TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()

    def _state(self) -> dict[str, Any]:
        return {"completed": self.done, "total": self.total or None}


class Spinner(_Display):
    """Shows that work goes on whose length is not known; called with what is done now."""

    def __call__(self, what: str) -> None:
        """Show what is done now."""
        with self.lock:
            self.what = what
            self._show()

    def _columns(self) -> tuple[Any, ...]:
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        return SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
