"""What a value of a measurement is, described where the struct that carries it has its attribute.

Payloads, stores, queries, exports and the API's description are derived from these: a value that is
added is one attribute with its ``Quantity``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

Aggregate = Literal["mean"]
Values = Callable[[object], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Quantity:
    """Stands in the annotation of an attribute. A device may say ``low`` to ``high``, both
    included.

    ``aggregate`` is how a history tells a span of time in one number, None where none would mean
    anything. Without an ``essential`` value there is no reading, so a wrong one refuses the
    message; any other that is wrong is left out of it. ``or_bool``: a device may say true or false
    as well, which are 1 and 0.
    """

    unit: str
    low: float = float("-inf")
    high: float = float("inf")
    aggregate: Aggregate | None = "mean"
    essential: bool = False
    or_bool: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A value as it is stored, by the name of its attribute; ``nullable`` where a row may lack
    it.
    """

    name: str
    type: type[float] | type[int] | type[str]
    nullable: bool
    quantity: Quantity

    @property
    def bounds(self) -> tuple[float, float]:
        return self.quantity.low, self.quantity.high


def fields_of(kind: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The described attributes of a struct, in their order."""
    return tuple(
        Field(attribute.name, _type_of(attribute.type), not attribute.required, quantity)
        for attribute in msgspec.structs.fields(kind)
        if (quantity := _quantity_of(attribute.type)) is not None
    )


def values_of(names: Iterable[str]) -> Values:
    """What reads these attributes of an object, in this order."""
    wanted = tuple(names)
    if len(wanted) > 1:
        return attrgetter(*wanted)
    if wanted:
        get = attrgetter(*wanted)  # of one name it gives no tuple
        return lambda row: (get(row),)
    return lambda _row: ()


def by_unit(fields: Iterable[Field]) -> list[Field]:
    """Fields of one unit side by side, units in the order in which they first come."""
    given = list(fields)
    units = list(dict.fromkeys(field.quantity.unit for field in given))
    return sorted(given, key=lambda field: units.index(field.quantity.unit))


def _quantity_of(hint: Any) -> Quantity | None:
    if get_origin(hint) is not Annotated:
        return None
    return next((one for one in hint.__metadata__ if isinstance(one, Quantity)), None)


def _type_of(hint: Any) -> Any:
    (held,) = {
        str if get_origin(part) is Literal else part
        for part in _parts(get_args(hint)[0])
        if part is not NoneType
    }
    return held


def _parts(hint: Any) -> tuple[Any, ...]:
    return (hint,) if isinstance(hint, type) or get_origin(hint) is Literal else get_args(hint)
