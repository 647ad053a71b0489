"""One idiom for everything that can be named in a file: a decorator to register, a Mapping to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

from simulator.foundation.errors import unknown

Entry = TypeVar("Entry")


class Registry(Mapping[str, Entry], Generic[Entry]):
    """Entries of one kind by name, in the order in which they were defined.

    Parameters
    ----------
    kind : str
        The word used in messages, such as ``"term"``.

    Examples
    --------
    >>> animals = Registry("animal")
    >>> @animals.register("pig")
    ... class Pig: ...
    >>> list(animals)
    ['pig']
    >>> animals["pgi"]
    Traceback (most recent call last):
        ...
    simulator.foundation.errors.UnknownNameError: Unknown animal 'pgi'. Did you mean 'pig'?
    """

    def __init__(self, kind: str) -> None:
        """Start empty."""
        self.kind = kind
        self._entries: dict[str, Entry] = {}

    def register(self, name: str) -> Callable[[Entry], Entry]:
        """Return a decorator that registers its argument under `name`, once."""

        def keep(entry: Entry) -> Entry:
            if name in self._entries:
                raise ValueError(f"{self.kind} {name!r} is registered twice")
            self._entries[name] = entry
            return entry

        return keep

    def __getitem__(self, name: str) -> Entry:
        """Return the entry called `name`; raise UnknownNameError naming the nearest one."""
        try:
            return self._entries[name]
        except KeyError:
            raise unknown(self.kind, name, self._entries) from None

    def __contains__(self, name: object) -> bool:
        """Return whether `name` is registered."""
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names in the order of definition."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._entries)
