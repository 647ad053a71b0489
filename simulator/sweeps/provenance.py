"""Where numbers come from: the manifest of a sweep, with the versions, the commit and the machine it ran on."""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, BinaryIO

import simulator
from simulator.foundation.compiled import PACKAGE, source_hash
from simulator.foundation.errors import StoreError
from simulator.sweeps.folder import Folder, Remote, folder_at

FORMAT = 1
MANIFEST = "manifest.json"
TEMPORARY = ".tmp"
Json = dict[str, Any]

LIBRARIES = ("numpy", "numba", "scipy", "mesa", "nashpy", "pandas", "pyarrow")
GIT_SECONDS = 10.0


def git_commit() -> str | None:
    """Return the commit of the checkout the package runs from, with ``+changes`` where files differ from it.

    None for an installed package: a repository that merely surrounds it says nothing about it.
    """
    root = PACKAGE.parent
    if not (root / ".git").exists():
        return None
    command = ("git", "-C", str(root))
    try:
        commit = subprocess.run(
            (*command, "rev-parse", "HEAD"), capture_output=True, text=True, check=True, timeout=GIT_SECONDS
        )
        changes = subprocess.run(
            (*command, "status", "--porcelain", "--untracked-files=no"),
            capture_output=True, text=True, check=True, timeout=GIT_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return commit.stdout.strip() + ("+changes" if changes.stdout.strip() else "")


def provenance() -> dict[str, object]:
    """Return what a number depends on besides the experiment, ready for JSON.

    Examples
    --------
    >>> sorted(provenance())
    ['commit', 'cores', 'host', 'libraries', 'package', 'platform', 'python', 'source_hash', 'version']
    """
    return {
        "package": "alliance-simulator",
        "version": simulator.__version__,
        "source_hash": source_hash(),
        "commit": git_commit(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "platform": platform.platform(),
        "host": platform.node(),
        "cores": os.cpu_count(),
    }


def now() -> str:
    """Return the present time in UTC, to the second, as ISO 8601 writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextlib.contextmanager
def reported(action: str, path: Folder) -> Iterator[None]:
    """Turn an operating system's error into one clear line.

    Raises
    ------
    StoreError
        In place of any OSError.
    """
    try:
        yield
    except OSError as error:
        hint = (
            "Free some space and run the command again; it goes on where it stopped."
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            else "Choose another folder with --out, or make this one accessible."
        )
        raise StoreError(
            f"{path} must be possible to {action}; got {error.strerror or error}. {hint} What is computed so far stays."
        ) from error


def _write_bytes(handle: BinaryIO, content: bytes) -> None:
    """Write all of `content` and flush it to the disk."""
    handle.write(content)
    handle.flush()
    os.fsync(handle.fileno())


def write_atomically(path: Folder, content: bytes) -> None:
    """Write a file so that, whatever happens, it has its old content or all of its new one (if remote, see `folder`).

    Raises
    ------
    StoreError
        If the disk is full or the folder cannot be written.
    """
    write_whole(path, content)
    settle(path.parent)


def write_whole(path: Folder, content: bytes) -> None:
    """Write a file as `write_atomically` does, but for its name: until its folder is settled a power cut may undo that.

    So a sweep's parts are flushed one by one and their folder once: one that a power cut undoes is computed anew.

    Raises
    ------
    StoreError
        If the disk is full or the folder cannot be written.
    """
    if isinstance(path, Remote):
        with reported("write", path):
            path.write_whole(content)
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    with reported("write", path):
        try:
            with temporary.open("wb") as handle:
                _write_bytes(handle, content)
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def settle(folder: Folder) -> None:
    """Flush the names of the files in a folder to the disk, if it exists; nothing is to be done for a remote one.

    Raises
    ------
    StoreError
        If that is impossible.
    """
    if isinstance(folder, Remote) or sys.platform == "win32" or not folder.exists():
        return
    with reported("write", folder):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def read_manifest(folder: Folder | str) -> Json:
    """Return the manifest of a sweep's folder.

    Raises
    ------
    StoreError
        If the folder is not a sweep's, its manifest cannot be read, or a newer version wrote it.
    """
    folder = folder_at(folder)
    path = folder / MANIFEST
    with reported("read", path):
        there = path.is_file()
    if not there:
        raise StoreError(
            f"{folder} must be the folder of a sweep; got no {MANIFEST} in it. Name a folder a sweep wrote."
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
            raise ValueError(f"no manifest of format {FORMAT}")
    except (OSError, ValueError) as error:
        raise StoreError(
            f"{path} must be a sweep's manifest; got {error}. Choose another folder, or --fresh."
        ) from error
    if manifest["format"] != FORMAT:
        raise StoreError(
            f"{path} must be of format {FORMAT}; got {manifest['format']}, which {_writer(manifest)} wrote. "
            "Read it with that version or a newer one, or choose another folder."
        )
    return manifest


def finished_manifest(folder: Folder | str) -> Json:
    """Return the manifest of a sweep that is finished, whose runs are a fair sample of all.

    Raises
    ------
    StoreError
        If the folder is not a sweep's, or its sweep is not finished.
    """
    manifest = read_manifest(folder)
    if manifest["status"] != "finished":
        raise StoreError(
            f"{folder} must hold a finished sweep, because the first runs are not a fair sample; got one that is "
            f"{manifest['status']}. Run the sweep again: it goes on where it stopped."
        )
    return manifest


def _writer(manifest: Json) -> str:
    """Return which version says it wrote a manifest."""
    origin = manifest.get("provenance")
    said = origin.get("version") if isinstance(origin, dict) else None
    return f"alliance-simulator {said}" if said else "another version"


def plain(value: Any) -> Any:
    """Return `value` for JSON: tuples as lists, and numbers that are not finite as words."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def write_manifest(folder: Folder, manifest: Json) -> None:
    """Write the manifest of a sweep's folder; raise StoreError if that is impossible."""
    text = json.dumps(plain(manifest), indent=1, ensure_ascii=False, allow_nan=False)
    write_atomically(folder / MANIFEST, f"{text}\n".encode())
