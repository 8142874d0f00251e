"""Dictionaries in JSON, with r and g by their names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from surrogate_app.liquid.rdf.columns import NAMES_OF_R, is_called_g, words
from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample
from surrogate_app.liquid.rdf.text import Table, limit_size, to_label

_DEEPEST = 6


def sniff(document: Document) -> bool:
    """Return whether the text is an object of JSON, or a list of them."""
    texts = document.body.texts
    begin = "".join(texts[:2]).replace(" ", "")[:3]
    return begin.startswith(('{"', "[{"))


def read(document: Document) -> Table:
    """Read lists of equal length, distances first."""
    try:
        whole = json.loads("\n".join(document.body.texts))
    except (json.JSONDecodeError, RecursionError) as error:
        at = getattr(error, "lineno", 1)
        raise ValueError(f"the file begins as JSON but is damaged in its line {at}") from None
    lists = dict(_lists(whole, "", 0))
    if not lists:
        raise ValueError("the JSON holds no lists of numbers; r and g(r) should be two")
    longest = max(len(values) for values in lists.values())
    columns = {name: values for name, values in lists.items() if len(values) == longest}
    first = next((name for name in columns if _is_r(name)), next(iter(columns)))
    names = [first, *(name for name in columns if name != first)]
    if len(names) < 2:
        raise ValueError("the JSON holds one list of numbers only; g(r) needs distances as well")
    limit_size(longest, len(names))
    called = [name for name in names[1:] if is_called_g(name.split(".")[-1])]
    kept = [first, *(called or names[1:])]
    beside = [name for name in names[1:] if name not in kept] if called else []
    kept += [name for name in beside if "err" in name.lower() or "std" in name.lower()]
    table = Table(
        np.column_stack([columns[name] for name in kept]), [to_label(name) for name in kept], ()
    )
    units = [f"unit {text}" for key, text in _texts(whole, 0) if "unit" in key.lower()]
    table.hints = [first, *units]
    return table


def _lists(value: Any, name: str, depth: int) -> Iterator[tuple[str, list[float]]]:
    """Yield lists of numbers in nested objects, by the names that lead to them."""
    if depth > _DEEPEST:
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _lists(item, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list) and value:
        if all(isinstance(item, Mapping) for item in value):
            keys = [key for key in value[0] if all(_is_number(item.get(key)) for item in value)]
            for key in keys:
                yield (f"{name}.{key}" if name else key), [_number(item[key]) for item in value]
        elif all(map(_is_number, value)):
            yield name or "values", [_number(item) for item in value]
        elif all(isinstance(item, list) and len(item) == 2 for item in value) and all(
            _is_number(cell) for item in value for cell in item
        ):
            yield f"{name} r", [_number(item[0]) for item in value]
            yield name or "g", [_number(item[1]) for item in value]


def _texts(value: Any, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and depth <= _DEEPEST:
        for key, item in value.items():
            if isinstance(item, str):
                yield str(key), item
            else:
                for inner, text in _texts(item, depth + 1):
                    yield f"{key}.{inner}", text


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _number(value: Any) -> float:
    try:
        return float("nan") if value is None else float(value)
    except OverflowError:
        return float("inf")


def _is_r(name: str) -> bool:
    return not NAMES_OF_R.isdisjoint(words(name.split(".")[-1]))


def sample(of: Sample) -> str:
    """Write an object with r and g."""
    return json.dumps({"unit": "nm", "r": of.r.tolist(), "g": of.g.tolist()}, indent=1) + "\n"


JSON = Format("JSON", sniff, read, sample, order=6)
