"""Generalised least squares of a few parameters, in plain arithmetic."""

from collections.abc import Sequence

Column = Sequence[float]


class Singular(Exception):
    """The columns do not tell the parameters apart."""


def normal(columns: Sequence[Column]) -> list[list[float]]:
    """The products of every column with every other."""
    return [[dot(a, b) for b in columns] for a in columns]


def dot(a: Column, b: Column) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def inverse(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """By Gauss and Jordan, with pivots.

    Raises:
        Singular: it has none.

    """
    size = len(matrix)
    rows = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for i in range(size):
        best = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[best] = rows[best], rows[i]
        pivot = rows[i][i]
        if abs(pivot) < 1e-14:
            raise Singular
        rows[i] = [x / pivot for x in rows[i]]
        for k in range(size):
            if k != i and rows[k][i]:
                times = rows[k][i]
                rows[k] = [x - times * y for x, y in zip(rows[k], rows[i], strict=True)]
    return [row[size:] for row in rows]


def times(matrix: Sequence[Sequence[float]], column: Column) -> list[float]:
    return [dot(row, column) for row in matrix]


def left_over(column: Column, others: Sequence[Column]) -> list[float]:
    """What the others, which stand upright on each other, do not explain of a column."""
    found = list(column)
    for other in others:
        share = dot(found, other) / dot(other, other)
        found = [x - share * y for x, y in zip(found, other, strict=True)]
    return found


def upright(columns: Sequence[Column]) -> list[list[float]]:
    """The same space by columns that stand upright on each other (Gram and Schmidt)."""
    found: list[list[float]] = []
    for column in columns:
        found.append(left_over(column, found))
    return found
