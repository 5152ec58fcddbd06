"""Calling the hooks that others implement: one by one, so that one that raises stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

from pytest_readiness.collect import Fact
from pytest_readiness.model.evidence import Fault
from pytest_readiness.model.value import NamedTuple

T = TypeVar("T")


class Answer(NamedTuple):
    """What one implementation returned, or the fault that it became."""

    culprit: str
    value: Any
    fault: Fact | None


def call(config: pytest.Config, name: str, /, **arguments: Any) -> Iterator[Answer]:
    """Call every implementation of the hook; those of conftest files before those of plugins."""
    for implementation in reversed(getattr(config.hook, name).get_hookimpls()):
        culprit = f"{implementation.plugin_name}"
        where = f"{name} in {_place(implementation.function)}"
        if implementation.hookwrapper or getattr(implementation, "wrapper", False):
            yield Answer(
                culprit, None, _fault(culprit, f"{where}: hook wrappers are not supported")
            )
            continue
        try:
            value = implementation.function(*(arguments[one] for one in implementation.argnames))
            if isinstance(value, Iterator):  # a generator has not run yet
                value = tuple(value)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # pytest.fail, pytest.exit and sys.exit are no Exception
            yield Answer(culprit, None, _fault(culprit, f"{where} raised {said(error)}"))
        else:
            yield Answer(f"{culprit} ({where})", value, None)


def expect(answer: Answer, problem: str) -> Fact:
    """The fault of an implementation that returned something else than the hook asks for."""
    return _fault(answer.culprit.partition(" (")[0], f"{answer.culprit} {problem}")


def guarded(what: str, function: Callable[[], tuple[Fact, ...]]) -> tuple[Fact, ...]:
    """The facts that ``function`` returns, or the fault of ``what`` if it raises."""
    faults: list[Fact] = []
    nothing: tuple[Fact, ...] = ()
    facts = rescued(what, lambda: tuple(function()), nothing, faults)
    return (*facts, *faults)


def rescued(what: str, function: Callable[[], T], default: T, faults: list[Fact]) -> T:
    """What ``function`` returns, or ``default`` and one more of ``faults`` if it raises."""
    try:
        return function()
    except (KeyboardInterrupt, pytest.UsageError):
        raise
    except BaseException as error:
        faults.append(_fault(what, f"{what} raised {said(error)}{_last_place(error)}"))
        return default


def said(error: BaseException) -> str:
    """``ValueError: no such file``, also for an exception whose own text raises."""
    try:
        text = str(error)
    except Exception:
        text = "<its message raised>"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _fault(culprit: str, message: str) -> Fact:
    return Fact(culprit, Fault(message=message))


def _place(function: Any) -> str:
    code = getattr(function, "__code__", None)
    name = getattr(function, "__qualname__", repr(function))
    return f"{code.co_filename}:{code.co_firstlineno} ({name})" if code else name


def _last_place(error: BaseException) -> str:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return ""
    return f" at {traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}"
