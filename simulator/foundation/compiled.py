"""The one decorator that turns a scalar rule into machine code, and the one place that imports numba.

A compiled function stays ordinary Python: with ``NUMBA_DISABLE_JIT=1`` the same source runs in the interpreter,
and the tests hold both to the same numbers. Compiled code is cached on disk in a folder named by a hash of the
package's source and of the versions of Python, numba and NumPy, because numba's own cache serves stale code when a
callee in another file changes.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba.core import config
from numba.extending import intrinsic, overload

PACKAGE = Path(__file__).resolve().parent.parent
KEPT_CACHES = 4
Function = TypeVar("Function", bound=Callable[..., Any])
Array = TypeVar("Array")


@functools.cache
def source_hash() -> str:
    """Return a short hash of the package's source: the version of every rule that decides a number."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@functools.cache
def cache_directory() -> Path:
    """Return the folder for compiled code, made by source hash and versions; old ones are pruned."""
    home = os.environ.get("ALLIANCE_CACHE_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache"), "alliance-simulator"
    )
    marks = (source_hash(), sys.version, version("numba"), version("numpy"))
    folder = Path(home) / hashlib.sha256("|".join(marks).encode()).hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        older = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for stale in older[KEPT_CACHES:]:
            if stale != folder:
                shutil.rmtree(stale, ignore_errors=True)
    except OSError:
        return folder
    return folder


def nothing_compiled() -> bool:
    """Return whether no machine code of this version of the package has been kept yet: first uses then take longer."""
    return not config.DISABLE_JIT and not any(cache_directory().glob("**/*.nbc"))


def _interpreted(function: Function) -> Function:
    """Return the plain function with machine-like arithmetic: integers wrap and divisions by zero are infinite."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*args, **kwargs)

    return cast(Function, run)


def _compile(function: Function, **options: Any) -> Function:
    """Return `function` compiled with the project's options and its cache, or interpreted when the JIT is off."""
    if config.DISABLE_JIT:
        return _interpreted(function)
    before = config.CACHE_DIR
    config.CACHE_DIR = str(cache_directory())
    try:
        return cast(
            Function, numba.njit(cache=True, error_model="numpy", fastmath=False, nogil=True, **options)(function)
        )
    finally:
        config.CACHE_DIR = before


def compiled(function: Function) -> Function:
    """Return `function` compiled on first call and cached; nothing about its arithmetic is relaxed.

    ``error_model="numpy"`` makes divisions by zero infinite as in NumPy, ``fastmath=False`` keeps IEEE arithmetic so
    that every driver agrees to the last bit, and the interpreter lock is released so that threads scale.
    """
    return _compile(function, forceinline=True)


def routine(function: Function) -> Function:
    """Return `function` compiled like `compiled`, but called where it is used instead of being repeated there.

    For long functions: repeating their body in every caller would make compilation many times as long and the code no
    faster.
    """
    return _compile(function)


def merged(function: Function) -> Function:
    """Return `function` compiled like `compiled`, its body merged into its compiled callers.

    For functions that take arrays and are called in every month: a call would cost a reference count per array.
    """
    return _compile(function, inline="always")


@intrinsic  # type: ignore[untyped-decorator]
def _borrowed(_context: Any, array: Any) -> Any:
    """Type and emit `borrowed`: the same array struct without its reference count and its parent."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.return_type)(context, builder, value=arguments[0])
        view.meminfo = view.meminfo.type(None)
        view.parent = view.parent.type(None)
        return view._getvalue()

    return array(array), emit


def borrowed(array: Array) -> Array:
    """Return the array itself; in compiled code a view that is not reference-counted.

    A long compiled function that merges many others copies its array arguments' references over and over, at some ten
    nanoseconds each. Views made once at its beginning spare it that; the caller's arrays outlive the call.
    """
    return array


@overload(borrowed, inline="always")
def _borrowed_compiled(array):  # type: ignore[no-untyped-def]  # numba compares the signature with the lambda's
    """Let compiled code call the intrinsic."""
    return lambda array: _borrowed(array)  # noqa: PLW0108 - numba wants a function of its own
