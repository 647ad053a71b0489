"""A progress bar on standard error: only on a terminal, and only when the work lasts."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Any

PATIENCE = 2.0


class ProgressBar:
    """Shows how much is done and the time left; called with what is done and the total.

    The bar appears after `PATIENCE` seconds and leaves nothing behind. Without a terminal it does nothing.
    """

    def __init__(self, what: str) -> None:
        """Name what is counted."""
        self.what = what
        self.bar: Any = None
        self.task: Any = None
        self.done, self.total = 0, 0
        self.timer: threading.Timer | None = None
        self.lock = threading.Lock()

    def __enter__(self) -> ProgressBar:
        """Begin to wait."""
        if sys.stderr.isatty():
            self.timer = threading.Timer(PATIENCE, self._appear)
            self.timer.daemon = True
            self.timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        with self.lock:
            if self.timer is not None:
                self.timer.cancel()
            if self.bar is not None:
                self.bar.stop()
            self.timer = None

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` are done."""
        with self.lock:
            self.done, self.total = done, total
            if self.bar is not None:
                self.bar.update(self.task, completed=done, total=total or None)

    def _appear(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        with self.lock:
            if self.timer is None:
                return
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False)
            self.task = self.bar.add_task(self.what, completed=self.done, total=self.total or None)
            self.bar.start()
