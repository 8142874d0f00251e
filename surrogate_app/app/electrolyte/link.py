"""The state of the page as a query string, and back, without losing or bending a value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

from surrogate_app.app.electrolyte.inputs import refusal
from surrogate_app.app.electrolyte.parts import Question
from surrogate_app.app.electrolyte.state import MAX_PINS, PARTS, TABS, ElectrolyteState
from surrogate_app.electrolyte import PARAMETERS, Electrolyte

SETTINGS = (*Question.keys, *(key for part in PARTS.values() for key in part.keys))
"""Entries of a link that only the tabs which they belong to understand."""

KEYS = (*PARAMETERS, "model", "tab", "pin", *SETTINGS)
"""The entries of a link, of which only `pin` may occur more than once."""

MAX_LENGTH = 4096
"""Longest query string that is read; a full state takes less than 1,000 characters."""

_FOREIGN = ("voila-", "token", "theme", "template", "kernel")


@dataclass
class Link:
    """What a query string asks for.

    Parameters
    ----------
    inputs : dict
        Inputs by name that are accepted.
    model, tab : str or None
        Model and tab, if given and known.
    pins : list
        Pinned curves as pairs of model and system.
    settings : dict
        Entries for the parts of the state, by name, as they stand in the link.
    refused : dict
        One sentence for each input that is refused, by its name.
    notices : list of str
        One sentence for anything else that is refused.
    """

    inputs: dict[str, float] = field(default_factory=dict)
    model: str | None = None
    tab: str | None = None
    pins: list[tuple[str, Electrolyte]] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def write(state: ElectrolyteState) -> str:
    """Return the query string that restores what the page shows.

    Parameters
    ----------
    state : ElectrolyteState
        The state. While its inputs are refused, the link describes the curve that is shown.

    Returns
    -------
    str
        Query string without its question mark.
    """
    entries: list[tuple[str, str]] = []
    if state.curve is not None:
        entries += [(name, repr(v)) for name, v in state.curve.system.to_dict().items()]
        entries.append(("model", state.curve.model))
    entries.append(("tab", state.tab))
    if state.tab in state.parts:
        entries += state.parts[state.tab].settings().items()
    for pin in state.pinned:
        values = [repr(value) for value in pin.system.to_dict().values()]
        entries.append(("pin", ",".join([*values, pin.model])))
    return urlencode(entries, safe=",:")


def read(query: str, models: Sequence[str]) -> Link:
    """Read a query string; nothing is clamped, and whatever is refused is named.

    Parameters
    ----------
    query : str
        Query string without its question mark.
    models : sequence of str
        Names of the models that there are.

    Returns
    -------
    Link
        What was understood and what was refused.

    Examples
    --------
    >>> link = read("h=4.5&c=9", ("modnn",))
    >>> link.inputs, link.refused
    ({'h': 4.5}, {'c': '9 mol/L is outside 0.1 to 2 mol/L.'})
    """
    link = Link()
    if len(query) > MAX_LENGTH:
        link.notices.append("The link is too long and was not read.")
        return link
    try:
        entries = parse_qs(query, keep_blank_values=True, max_num_fields=64)
    except ValueError:
        link.notices.append("The link has too many entries and was not read.")
        return link
    for key, values in entries.items():
        if key not in KEYS:
            if not key.startswith(_FOREIGN):
                link.notices.append(f"The link's entry “{_short(key)}” is unknown and was ignored.")
        elif key == "pin":
            _read_pins(values, models, link)
        elif len(values) > 1:
            _refuse(link, key, f"{key} is given more than once.")
        elif key == "model":
            _read_choice(link, key, values[0], models)
        elif key == "tab":
            _read_choice(link, key, values[0], TABS)
        elif key in SETTINGS:
            link.settings[key] = values[0]
        else:
            value = _number(values[0])
            if value is None:
                _refuse(link, key, f"“{_short(values[0])}” is not a number.")
            elif sentence := refusal(key, value):
                _refuse(link, key, sentence)
            else:
                link.inputs[key] = value
    return link


def _refuse(link: Link, key: str, sentence: str) -> None:
    if key in PARAMETERS:
        link.refused[key] = sentence
    else:
        link.notices.append(sentence)


def _read_choice(link: Link, key: str, value: str, choices: Sequence[str]) -> None:
    if value in choices:
        setattr(link, key, value)
    else:
        link.notices.append(f"The link's {key} “{_short(value)}” is unknown and was ignored.")


def _read_pins(values: Sequence[str], models: Sequence[str], link: Link) -> None:
    for value in values[:MAX_PINS]:
        *numbers, model = value.split(",")
        inputs = [_number(text) for text in numbers]
        if model not in models or len(inputs) != len(PARAMETERS) or None in inputs:
            link.notices.append(
                f"The pinned curve “{_short(value)}” of the link was not understood."
            )
            continue
        given = [number for number in inputs if number is not None]
        reasons = [refusal(name, x) for name, x in zip(PARAMETERS, given, strict=True)]
        if any(reasons):
            sentence = " ".join(reason for reason in reasons if reason)
            link.notices.append(f"A pinned curve of the link was left out: {sentence}")
            continue
        link.pins.append((model, Electrolyte(*given)))
    if len(values) > MAX_PINS:
        link.notices.append(f"The link pins more than {MAX_PINS} curves; the others were left out.")


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _short(text: str, length: int = 40) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
