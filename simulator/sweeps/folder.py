"""Where a sweep is kept: a folder of this machine, or one that fsspec reaches, such as ``s3://bucket/sweep``.

A folder of this machine is a `pathlib.Path`, with nothing between it and the disk. `Remote` has the same few methods
for any other file system, so whoever reads or writes a sweep need not know which it is. In OBJECT_STORES a put shows
all of a file or nothing, so it is atomic as it stands; anywhere else a file is put under a temporary name and moved.
There is no lock on a remote folder: two sweeps that write the same one waste work, but every part is named by the hash
of what decides its content, so neither spoils the other's.
"""

from __future__ import annotations

import contextlib
import fnmatch
import io
import os
import posixpath
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from simulator.foundation.errors import ParameterError

OBJECT_STORES = frozenset({"memory", "s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oci", "oss", "cos", "r2"})
ONE_PROCESS = frozenset({"memory"})
EXTRA = "pip install 'alliance-simulator[remote]'"


@contextlib.contextmanager
def _as_os_error() -> Iterator[None]:
    """Turn what a file system raises into an OSError, whichever library it comes from.

    Raises
    ------
    OSError
        In place of any other error.
    """
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(" ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")) from error


@dataclass(frozen=True, slots=True)
class Remote:
    """A file or folder of a file system that fsspec reaches; its methods are those of `pathlib.Path`.

    Parameters
    ----------
    system : AbstractFileSystem
        Of fsspec.
    path : str
        In that file system.
    url : str
        As the user writes it.

    Examples
    --------
    >>> part = folder_at("memory://example/sweep") / "runs" / "part-0.parquet"
    >>> part.write_whole(b"PAR1")
    >>> part.read_bytes(), str(part), part.stem, [each.name for each in part.parent.glob("part-*")]
    (b'PAR1', 'memory://example/sweep/runs/part-0.parquet', 'part-0', ['part-0.parquet'])
    """

    system: Any
    path: str
    url: str

    def __str__(self) -> str:
        """Return the URL."""
        return self.url

    def __truediv__(self, name: str) -> Remote:
        """Return what is called `name` in this folder."""
        return Remote(self.system, posixpath.join(self.path, name), f"{self.url.rstrip('/')}/{name}")

    @property
    def name(self) -> str:
        """Return the last part of the path."""
        return posixpath.basename(self.path)

    @property
    def stem(self) -> str:
        """Return the name without its ending."""
        return posixpath.splitext(self.name)[0]

    @property
    def parent(self) -> Remote:
        """Return the folder it is in."""
        return Remote(self.system, posixpath.dirname(self.path), posixpath.dirname(self.url))

    @property
    def protocols(self) -> frozenset[str]:
        """Return the names of the file system."""
        names = self.system.protocol
        return frozenset([names] if isinstance(names, str) else names)

    @property
    def one_process(self) -> bool:
        """Return whether other processes do not see what this one writes."""
        return bool(self.protocols & ONE_PROCESS)

    def _seen_by_others(self) -> None:
        """Forget what was listed, because others write, too."""
        self.system.invalidate_cache()

    def exists(self) -> bool:
        """Return whether there is such a file or folder."""
        with _as_os_error():
            self._seen_by_others()
            return bool(self.system.exists(self.path))

    def is_file(self) -> bool:
        """Return whether it is a file."""
        with _as_os_error():
            self._seen_by_others()
            return bool(self.system.isfile(self.path))

    def is_dir(self) -> bool:
        """Return whether it is a folder; an object store has one where it holds something in it."""
        with _as_os_error():
            self._seen_by_others()
            return bool(self.system.isdir(self.path))

    def mkdir(self, *, parents: bool = False, exist_ok: bool = False) -> None:
        """Make the folder where the file system has any; an object store does not."""
        if not self.protocols & OBJECT_STORES:
            with _as_os_error():
                self.system.makedirs(self.path, exist_ok=parents or exist_ok)

    def iterdir(self) -> Iterator[Remote]:
        """Yield what is in the folder; nothing if there is none."""
        with _as_os_error():
            self._seen_by_others()
            try:
                found = self.system.ls(self.path, detail=False)
            except FileNotFoundError:
                found = []
        for path in sorted(str(each).rstrip("/") for each in found):
            if posixpath.basename(path) and path.strip("/") != self.path.strip("/"):
                yield self / posixpath.basename(path)

    def glob(self, pattern: str) -> Iterator[Remote]:
        """Yield what is in the folder under a name of this pattern."""
        return (each for each in self.iterdir() if fnmatch.fnmatchcase(each.name, pattern))

    def read_bytes(self) -> bytes:
        """Return the content of the file."""
        with _as_os_error():
            return bytes(self.system.cat_file(self.path))

    def read_text(self, encoding: str = "utf-8") -> str:
        """Return the content of the file as text."""
        return self.read_bytes().decode(encoding)

    def write_whole(self, content: bytes) -> None:
        """Write the file, atomically as far as the file system can."""
        with _as_os_error():
            if self.protocols & OBJECT_STORES:
                self.system.pipe_file(self.path, content)
                return
            temporary = posixpath.join(posixpath.dirname(self.path), f".{self.name}.{uuid4().hex}.tmp")
            try:
                self.system.pipe_file(temporary, content)
                self.system.mv(temporary, self.path)
            except BaseException:
                with contextlib.suppress(Exception):
                    self.system.rm_file(temporary)
                raise

    def unlink(self, *, missing_ok: bool = False) -> None:
        """Remove the file."""
        with _as_os_error():
            try:
                self.system.rm_file(self.path)
            except FileNotFoundError:
                if not missing_ok:
                    raise

    def replace(self, target: Remote) -> None:
        """Move the file to another name, in place of what is there."""
        if target.path != self.path:
            with _as_os_error():
                self.system.mv(self.path, target.path)

    def remove_all(self) -> None:
        """Remove the folder with all that is in it, if there is one."""
        with _as_os_error(), contextlib.suppress(FileNotFoundError):
            self.system.rm(self.path, recursive=True)


Folder = Path | Remote


def folder_at(place: str | os.PathLike[str] | Remote) -> Folder:
    """Return the folder at a path or URL; ``file://`` is a folder of this machine like any other.

    Raises
    ------
    ParameterError
        If the library for that kind of URL is not installed, or there is no such kind.

    Examples
    --------
    >>> folder_at("results/ham_and_egg").name, folder_at("file:///data/sweep").name
    ('ham_and_egg', 'sweep')
    """
    if isinstance(place, Remote):
        return place
    text = os.fspath(place)
    if "://" not in text:
        return Path(text)
    try:
        import fsspec
    except ImportError:
        raise ParameterError(f"{text} must be a path unless fsspec is installed. To install it: {EXTRA}") from None
    try:
        system, path = fsspec.core.url_to_fs(text)
    except Exception as error:
        line = " ".join(str(error).split()).rstrip(".")
        raise ParameterError(
            f"{text} must be a path or URL that fsspec can open; got {type(error).__name__}: {line}. "
            "Install the library it names, or write a path."
        ) from None
    if "file" in ([system.protocol] if isinstance(system.protocol, str) else system.protocol):
        return Path(path)
    return Remote(system, path, text)


def is_url(text: str) -> bool:
    """Return whether a text names a folder by a URL."""
    return "://" in text


def parquet_source(path: Folder) -> Path | io.BytesIO:
    """Return what a Parquet file can be read from: its path, or its bytes where it is remote."""
    return path if isinstance(path, Path) else io.BytesIO(path.read_bytes())


def remove_all(folder: Folder) -> None:
    """Remove a folder with all that is in it, if there is one."""
    if isinstance(folder, Remote):
        folder.remove_all()
    else:
        shutil.rmtree(folder, ignore_errors=True)


def move(path: Folder, target: Folder) -> None:
    """Give a part another name in the same file system, in place of what has it."""
    path.replace(target)  # type: ignore[arg-type]  # both are of one kind
