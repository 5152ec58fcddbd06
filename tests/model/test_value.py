"""Value classes behave as the standard library's dataclasses, which they are to type checkers."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import typing
from typing import Any, ClassVar

import pytest

from pytest_readiness.model import value
from pytest_readiness.model.value import NamedTuple, dataclass, field, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A class."""

    kind: ClassVar[str] = "some"
    name: str
    count: int = 1
    parts: tuple[str, ...] = ()

    @property
    def twice(self) -> int:
        return self.count * 2


@dataclass(slots=True, kw_only=True)
class Open:
    names: list[str] = field(default_factory=list)
    count: int = 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    name: str
    count: int = 1
    parts: tuple[str, ...] = ()


def test_made_by_keyword_and_compared_by_content() -> None:
    made = Frozen(name="a", count=2)
    assert (made.name, made.count, made.parts, made.kind, made.twice) == ("a", 2, (), "some", 4)
    assert made == Frozen(name="a", count=2) != Frozen(name="b", count=2)
    assert made != Standard(name="a", count=2)
    assert len({made, Frozen(name="a", count=2)}) == 1
    assert repr(made) == repr(Standard(name="a", count=2)).replace("Standard", "Frozen")
    assert Frozen.__doc__ == "A class."


def test_what_does_not_fit_is_refused() -> None:
    loose: Any = Frozen
    for wrong in ({}, {"name": "a", "other": 1}):
        with pytest.raises(TypeError, match=r"name|other"):
            loose(**wrong)
    with pytest.raises(TypeError):
        loose("a")
    made: Any = Frozen(name="a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError):
        del made.name
    with pytest.raises(AttributeError):
        made.__dict__  # noqa: B018


def test_copied_changed_and_sent() -> None:
    made = Frozen(name="a", parts=("x",))
    assert replace(made, count=3) == dataclasses.replace(made, count=3)
    assert replace(made, count=3) == Frozen(name="a", count=3, parts=("x",))
    assert copy.deepcopy(made) == made
    assert pickle.loads(pickle.dumps(made)) == made


def test_defaults_are_made_for_each_instance() -> None:
    one, two = Open(), Open()
    one.names.append("x")
    one.count += 1
    assert (one.names, two.names, one.count) == (["x"], [], 1)
    assert Open() == two != one
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


@pytest.mark.parametrize("cls", [Frozen, Standard])
def test_fields_are_known(cls: type) -> None:
    assert [name for name, _ in value.fields(cls)] == ["name", "count", "parts"]
    assert value.fields(cls)[1].default == 1
    assert dataclasses.is_dataclass(cls)
    assert [each.name for each in dataclasses.fields(cls)] == ["name", "count", "parts"]


class Pair(NamedTuple):
    """Two."""

    first: int
    rest: tuple[str, ...] = ()
    """Nothing else."""

    @property
    def whole(self) -> tuple[object, ...]:
        return (self.first, *self.rest)


class Twin(typing.NamedTuple):
    first: int
    rest: tuple[str, ...] = ()


def test_the_fields_of_a_twin_are_made_once() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Base:
        name: str

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Wider(Frozen):
        more: int = 0

    bare, wide = typing.cast("Any", Base), typing.cast("Any", Wider)
    assert bare.__dataclass_fields__ is bare.__dataclass_fields__
    assert [each.name for each in dataclasses.fields(Frozen)] == ["name", "count", "parts"]
    assert [each.name for each in dataclasses.fields(wide)] == ["more"]


def test_named_tuples_are_those_of_the_standard_library() -> None:
    pair = Pair(1, rest=("a",))
    assert pair == Twin(1, ("a",)) == (1, ("a",))
    assert repr(pair) == repr(Twin(1, ("a",))).replace("Twin", "Pair")
    assert (Pair._fields, Pair._field_defaults) == (Twin._fields, Twin._field_defaults)
    assert (Pair.__doc__, Pair.__module__, Pair.__qualname__) == ("Two.", __name__, "Pair")
    assert typing.get_type_hints(Pair) == typing.get_type_hints(Twin)
    assert pickle.loads(pickle.dumps(pair)) == pair
    assert type(copy.deepcopy(pair)) is Pair
    assert pair._replace(first=2)._asdict() == {"first": 2, "rest": ("a",)}
    assert pair.whole == (1, "a")
    with pytest.raises(TypeError):
        Pair()  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        pair.other = 1  # type: ignore[attr-defined]
