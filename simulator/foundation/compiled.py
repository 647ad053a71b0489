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
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
from llvmlite import ir
from numba.core import config, types
from numba.core.dispatcher import Dispatcher
from numba.core.ir import Assign, Expr, Var
from numba.core.types.misc import Omitted
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


def _compile(function: Function, *, counts_references: bool = False, **options: Any) -> Function:
    """Return `function` compiled with the project's options and its cache, or interpreted when the JIT is off.

    Without reference counts a function borrows its arrays from the caller and cannot make one.
    """
    if config.DISABLE_JIT:
        return _interpreted(function)
    before = config.CACHE_DIR
    config.CACHE_DIR = str(cache_directory())
    try:
        return cast(
            Function,
            numba.njit(cache=True, error_model="numpy", fastmath=False, nogil=True, _nrt=counts_references, **options)(
                function
            ),
        )
    finally:
        config.CACHE_DIR = before


def compiled(function: Function) -> Function:
    """Return `function` compiled on first call and cached; nothing about its arithmetic is relaxed.

    ``error_model="numpy"`` makes divisions by zero infinite as in NumPy, ``fastmath=False`` keeps IEEE arithmetic so
    that every driver agrees to the last bit, and the interpreter lock is released so that threads scale. It may take
    arrays and write into them, but neither make nor return one: that is for `allocating`.
    """
    return _compile(function, forceinline=True)


def routine(function: Function) -> Function:
    """Return `function` compiled like `compiled`, but called where it is used instead of being repeated there.

    For long functions: repeating their body in every caller would make compilation many times as long and the code no
    faster.
    """
    return _compile(function)


def merged(function: Function) -> Function:
    """Return `function` compiled like `compiled`, its body merged into its compiled callers before they are optimised.

    For long functions called at one place in every month: a call would hand over each array's seven words.
    """
    return _compile(function, inline="always")


def allocating(function: Function) -> Function:
    """Return `function` compiled like `routine`; it may make arrays and return them, and so counts references.

    So must what calls methods of arrays that make one within, such as ``max``. Counting costs a call for each use of an
    array, some tenth of a month's time: in the months only learning strategies do it.
    """
    return _compile(function, counts_references=True)


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

    What `allocating` functions get of such a view they count for nothing, without the atomic instruction that a real
    count costs; the caller's arrays outlive the call.
    """
    return array


@overload(borrowed, inline="always", jit_options={"_nrt": True})
def _borrowed_compiled(array):  # type: ignore[no-untyped-def]  # numba compares the signature with the lambda's
    """Let compiled code call the intrinsic."""
    return lambda array: _borrowed(array)  # noqa: PLW0108 - numba wants a function of its own


class NotCompiledError(Exception):
    """Why a user's function cannot become machine code that does what Python does; its message is the reason."""


def translated(function: Function) -> Function:
    """Return a user's function compiled on first call, not cached; it raises where Python would."""
    return cast(Function, numba.njit(error_model="python", fastmath=False, nogil=True)(function))


_answering: dict[int, Any] = {}  # by address: machine code must outlive the engines that call it


def address_of(answer: Callable[[Any], int], decide: Any, example: Any) -> int:
    """Return where the machine code of `answer` is, to be called by `answered`; it is kept for as long as Python runs.

    Parameters
    ----------
    answer : function of a NamedTuple of floats to an int
        It calls `decide` and never raises.
    decide : function of the same NamedTuple to a number
        A user's function, from `translated`, with or without defaults.
    example : NamedTuple of floats
        What both are called with.

    Raises
    ------
    NotCompiledError
        If numba cannot compile `decide`, or Python would do something else.
    """
    if config.DISABLE_JIT:
        raise NotCompiledError("the compiler is switched off (NUMBA_DISABLE_JIT)")
    seen = numba.typeof(example)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            defaults = decide.py_func.__defaults__ or ()
            decide.compile((seen, *(Omitted(each) for each in defaults)))
            _hold_to_python(decide)
            code = numba.cfunc(types.int64(seen), nopython=True)(answer)
    except NotCompiledError:
        raise
    except Exception as error:  # numba has errors of its own, and those of Python where it meets what it does not know
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        reason = next((line for line in lines if not line.startswith("Failed in ")), type(error).__name__)
        raise NotCompiledError(f"numba says: {reason.rstrip('.')}") from None
    _answering[code.address] = code
    return int(code.address)


def _hold_to_python(decide: Any) -> None:
    """Refuse what numba compiles but Python does otherwise: variables that may be unset, and truth taken as a number.

    Raises
    ------
    NotCompiledError
        With the reason.
    """
    _hold_lines_to_python(decide)
    for signature in decide.nopython_signatures:
        if not isinstance(signature.return_type, types.Integer | types.Float):
            raise NotCompiledError(f"it may return {signature.return_type}, which is not a number")


def _hold_lines_to_python(function: Any) -> None:
    """Refuse the same in every line of a compiled function and of those that it calls."""
    for annotation in (each.type_annotation for each in function.overloads.values()):
        kinds = annotation.typemap
        for line in (line for block in annotation.blocks.values() for line in block.body if isinstance(line, Assign)):
            value = line.value
            if isinstance(value, Expr) and value.op == "null":
                raise NotCompiledError(f"{line.target.name.split('.')[0]} may not have been given a value")
            source = value.value if isinstance(value, Expr) and value.op == "cast" else value
            if (
                isinstance(source, Var)
                and isinstance(kinds[source.name], types.Boolean | types.BooleanLiteral)
                and isinstance(kinds[line.target.name], types.Number)
            ):
                raise NotCompiledError("it mixes True or False with numbers")
    for helper in function.py_func.__globals__.values():
        if isinstance(helper, Dispatcher):
            _hold_lines_to_python(helper)


@intrinsic  # type: ignore[untyped-decorator]
def _answered(_context: Any, address: Any, seen: Any) -> Any:
    """Type and emit `answered`: a call of the function at an address."""

    def emit(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(64), [arguments[1].type])
        return builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), [arguments[1]])

    return types.int64(address, seen), emit


def answered(address: int, seen: Any) -> int:
    """Return what the function at an address from `address_of` answers: machine code calls it in a few nanoseconds.

    An address is a number, so that a compiled caller has one type, and one entry in the cache, whatever it calls.
    """
    return int(_answering[address](seen))


@overload(answered)
def _answered_compiled(address, seen):  # type: ignore[no-untyped-def]  # numba compares the signature with the lambda's
    """Let compiled code call the intrinsic."""
    return lambda address, seen: _answered(address, seen)  # noqa: PLW0108 - numba wants a function of its own
