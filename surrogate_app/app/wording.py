"""Sentences of the library as the pages write them: symbols, true minus signs, powers of ten."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from surrogate_app.app.numbers import superscript

NO_SYMBOLS: Mapping[str, str] = MappingProxyType({})

_POWER = re.compile(r"(?<![\w.-])(-?)(\d+(?:\.\d+)?)e([+-]?\d+)(?!\.?\w)")
_MINUS = re.compile(r"(?<![^\s(=])-(?=\d)")
_PERCENT = re.compile(r"(?<=\d)%")
_FIRST_WORD = re.compile(r"(?!h\b|c\b)[a-z]+(?=[\s,:;])")


def sentence(text: str, symbols: Mapping[str, str] = NO_SYMBOLS) -> str:
    """Return a sentence with a capital, a full stop, and its numbers as the pages write them.

    What stands in “quotation marks” is kept as it is.

    Parameters
    ----------
    text : str
        What an error or a warning says; nothing if it is empty.
    symbols : mapping, optional
        What stands on the page for each name of the code.

    Examples
    --------
    >>> sentence("their d_neg is 1e+09 nm, not -0.01 nm", {"d_neg": "d₋"})
    'Their d₋ is 10⁹ nm, not −0.01 nm.'
    """
    text = text.strip()
    if not text:
        return ""
    parts = re.split("(“[^”]*”)", text)
    parts[::2] = [_written(part, symbols) for part in parts[::2]]
    text = "".join(parts)
    if _FIRST_WORD.match(text):
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _written(text: str, symbols: Mapping[str, str]) -> str:
    for name, symbol in symbols.items():
        text = re.sub(rf"\b{name}\b", symbol, text)
    return _PERCENT.sub(" %", _MINUS.sub("−", _POWER.sub(_power, text)))


def _power(found: re.Match[str]) -> str:
    sign, digits, power = found.groups()
    factor = "" if digits == "1" else f"{digits}×"
    return f"{sign}{factor}10{superscript(int(power))}"
