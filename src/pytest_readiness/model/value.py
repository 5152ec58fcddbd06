"""``dataclass``, ``field``, ``replace`` and ``NamedTuple`` as the standard library has them, for less time.

The standard decorator compiles seven functions for each class, which is half of what importing this
package costs. Here they are shared by all classes. What is not made by keyword with ``slots`` gets
the standard one at run time too. Of a named tuple the standard library compiles every annotation
that is a string; here they stay strings. Type checkers see the standard ones.
"""

from __future__ import annotations

import functools
from collections import namedtuple
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
    from typing import NamedTuple
else:

    class _Tuples(type):
        def __new__(meta, name, bases, space):
            if not bases:  # NamedTuple itself
                return super().__new__(meta, name, bases, space)
            hints = space.get("__annotations__", {})
            made = namedtuple(
                name,
                hints,
                defaults=[space[field] for field in hints if field in space],
                module=space["__module__"],
            )
            made.__annotations__ = dict(hints)
            for key, value in space.items():
                if key not in hints and key not in ("__module__", "__annotations__"):
                    setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Tuples):
        pass

    def dataclass(*, frozen=False, slots=False, kw_only=False):
        if slots and kw_only:
            return functools.partial(_value, frozen=frozen)
        import dataclasses

        return dataclasses.dataclass(frozen=frozen, slots=slots, kw_only=kw_only)

    def field(*, default_factory):
        return _Made(default_factory)

    def replace(instance, /, **changes):
        return type(instance)(**{**_mapping(instance), **changes})


__all__ = ["REQUIRED", "Field", "NamedTuple", "dataclass", "field", "fields", "replace"]

REQUIRED: Any = object()


class _Made(NamedTuple):
    """A default that is made anew for each instance."""

    make: Callable[[], Any]


class Field(NamedTuple):
    """A field of a value class."""

    name: str
    default: Any
    """:data:`REQUIRED` where there is none."""


def fields(cls: type) -> tuple[Field, ...]:
    """Of a class made here, of a named tuple or of any dataclass."""
    made: Any = cls
    if hasattr(cls, "__value_fields__"):
        return tuple(Field(*field) for field in made.__value_fields__.items())
    if hasattr(cls, "_fields"):
        return tuple(Field(name, made._field_defaults.get(name, REQUIRED)) for name in made._fields)
    import dataclasses

    return tuple(
        Field(each.name, REQUIRED if each.default is dataclasses.MISSING else each.default)
        for each in dataclasses.fields(made)
    )


def _value(cls: type, frozen: bool) -> type:
    """The class with slots for its annotated names, made by keyword, compared by content.

    All classes share these functions: most classes are never made an instance of, and what each had
    of its own the garbage collector would walk, again and again, in every session.
    """
    space = dict(cls.__dict__)
    names = [name for name, hint in cls.__annotations__.items() if "ClassVar" not in str(hint)]
    space["__value_fields__"] = {name: space.pop(name, REQUIRED) for name in names}
    for name in ("__dict__", "__weakref__"):
        space.pop(name, None)
    space |= {
        "__annotations__": cls.__annotations__,
        "__slots__": tuple(names),
        "__match_args__": (),
        "__dataclass_fields__": _TWIN,
        "__getstate__": _mapping,
        "__setstate__": _restore,
        "__init__": _first,
        "__eq__": _equal,
        "__hash__": _digest if frozen else None,
    }
    space.setdefault("__repr__", _repr)
    if frozen:
        space |= {"__setattr__": _refuse, "__delattr__": _refuse}
    return type(cls)(cls.__name__, cls.__bases__, space)


def _first(self: Any, /, **given: Any) -> None:
    """Make the first instance: the initializer is made with it."""
    cls = next(each for each in type(self).__mro__ if "__value_fields__" in each.__dict__)
    make: Any = _initializer(cls)
    type.__setattr__(cls, "__init__", make)
    make(self, **given)


def _initializer(cls: Any) -> Any:
    made: dict[str, Any] = cls.__value_fields__
    puts = tuple((name, getattr(cls, name).__set__, default) for name, default in made.items())
    known = frozenset(made)
    required = frozenset(name for name, default in made.items() if default is REQUIRED)

    def make(self: Any, /, **given: Any) -> None:
        if not required <= given.keys() <= known:
            odd = sorted(required - given.keys()) or sorted(given.keys() - known)
            what = "lacks" if required - given.keys() else "has no argument"
            raise TypeError(f"{cls.__name__}() {what} {', '.join(odd)}")
        take = given.get
        for name, put, default in puts:
            value = take(name, default)
            put(self, value.make() if type(value) is _Made else value)

    return make


def _values(self: Any) -> tuple[object, ...]:
    return tuple([getattr(self, name) for name in self.__value_fields__])


def _equal(self: object, other: object) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    return self is other or _values(self) == _values(other)


def _digest(self: object) -> int:
    return hash(_values(self))


def _mapping(self: Any) -> dict[str, Any]:
    return {name: getattr(self, name) for name in self.__value_fields__}


def _restore(self: Any, state: dict[str, Any]) -> None:
    for name, value in state.items():
        getattr(type(self), name).__set__(self, value)


def _refuse(self: object, name: str, *_: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change field {name!r}")


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={value!r}" for name, value in _mapping(self).items())
    return f"{type(self).__qualname__}({shown})"


class _Twin:
    """What functions of the standard module ask a class for: the fields of a dataclass like it."""

    def __get__(self, instance: object, owner: type) -> dict[str, Any]:
        import dataclasses

        hints = owner.__annotations__
        twin: Any = dataclasses.make_dataclass(
            owner.__name__,
            [
                (name, hints[name])
                if default is REQUIRED
                else (name, hints[name], _standard(default))
                for name, default in fields(owner)
            ],
            kw_only=True,
        )
        found: dict[str, Any] = twin.__dataclass_fields__
        # once: to make it costs as much as a thousand instances, and each ``replace`` asks twice
        type.__setattr__(owner, "__dataclass_fields__", found)
        return found


_TWIN = _Twin()


def _standard(default: Any) -> Any:
    import dataclasses

    if type(default) is _Made:
        return dataclasses.field(default_factory=default.make)
    return dataclasses.field(default=default)
