"""What a link to the page of the confined electrolyte holds, and what of it is accepted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from surrogate_app.app import links
from surrogate_app.app.electrolyte.analysis.state import AnalysisSettings
from surrogate_app.app.electrolyte.curve import MAX_PINS, Curve
from surrogate_app.app.electrolyte.inputs import refusal
from surrogate_app.app.electrolyte.tabs import TABS
from surrogate_app.app.electrolyte.theory import NO_THEORY, THEORIES
from surrogate_app.app.links import Link
from surrogate_app.electrolyte import PARAMETERS, Electrolyte
from surrogate_app.electrolyte.domain import Domain
from surrogate_app.electrolyte.system import ALL_PARAMETERS


@dataclass
class Request:
    """The system, the model and the pinned curves of a link.

    Parameters
    ----------
    inputs : dict
        Inputs by name that are accepted.
    model : str or None
        Model, if given and known.
    theory : str or None
        Theory that is drawn beside it, if given and known.
    pins : list
        Pinned curves as pairs of model and system.
    refused : dict
        One sentence for each input that is refused, by its name.
    """

    inputs: dict[str, float] = field(default_factory=dict)
    model: str | None = None
    theory: str | None = None
    pins: list[tuple[str, Electrolyte]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def keys() -> tuple[str, ...]:
    """Return the entries of a link, of which only `pin` may occur more than once."""
    of_tabs = (key for tab in TABS.values() if tab.state is not None for key in tab.state.keys)
    return (*ALL_PARAMETERS, "model", "theory", "tab", "pin", *AnalysisSettings.keys, *of_tabs)


def write(
    curve: Curve | None,
    theory: str,
    tab: str,
    settings: Mapping[str, str],
    pinned: Sequence[Curve],
) -> str:
    """Return the query string that restores what the page shows.

    Parameters
    ----------
    curve : Curve or None
        The curve that is shown.
    theory : str
        The theory that is drawn beside it, see `theory.THEORIES`.
    tab : str
        The tab that is open.
    settings : mapping
        Entries of that tab.
    pinned : sequence of Curve
        The pinned curves.

    Returns
    -------
    str
        Query string without its question mark.
    """
    entries: list[tuple[str, str]] = []
    if curve is not None:
        entries += [(name, repr(value)) for name, value in curve.system.to_dict().items()]
        entries.append(("model", curve.model))
    if theory != NO_THEORY:
        entries.append(("theory", theory))
    entries.append(("tab", tab))
    entries += settings.items()
    for pin in pinned:
        values = [repr(value) for value in pin.system.to_dict().values()]
        entries.append(("pin", ",".join([*values, pin.model])))
    return links.write(entries)


def read(
    query: str, models: Sequence[str], shown: str, domain: Callable[[str], Domain]
) -> tuple[Link, Request]:
    """Read a query string; nothing is clamped, and whatever is refused is named.

    Parameters
    ----------
    query : str
        Query string without its question mark.
    models : sequence of str
        Names of the models that there are.
    shown : str
        Name of the model that answers if the link names none.
    domain : callable
        Returns where a model answers.

    Returns
    -------
    Link
        Its entries, those of the tabs included, and what was refused.
    Request
        What it asks of the page.

    Examples
    --------
    >>> from surrogate_app.electrolyte.domain import PAPER_BOX
    >>> link, request = read("h=4.5&c=9", ("modnn",), "modnn", lambda name: PAPER_BOX)
    >>> request.inputs, request.refused
    ({'h': 4.5}, {'c': '9 mol/L is outside 0.1 to 2 mol/L.'})
    """
    link = links.read(query, keys(), repeatable=("pin",))
    request = Request()
    for key in link.repeated:
        _refuse(link, request, key, f"{key} is given more than once.")
    request.model = link.one_of("model", models)
    request.theory = link.one_of("theory", tuple(THEORIES))
    known = domain(request.model or shown)
    for name in ALL_PARAMETERS:
        text = link.get(name)
        if text is None:
            continue
        value = links.finite(text)
        if value is None:
            _refuse(link, request, name, f"“{links.shortened(text)}” is not a number.")
        elif sentence := refusal(name, value, known):
            _refuse(link, request, name, sentence)
        else:
            request.inputs[name] = value
    _read_pins(link.entries.get("pin", []), models, domain, link, request)
    return link, request


def _refuse(link: Link, request: Request, key: str, sentence: str) -> None:
    if key in ALL_PARAMETERS:
        request.refused[key] = sentence
    else:
        link.notices.append(sentence)


def _read_pins(
    texts: Sequence[str],
    models: Sequence[str],
    domain: Callable[[str], Domain],
    link: Link,
    request: Request,
) -> None:
    for text in texts[:MAX_PINS]:
        *numbers, model = text.split(",")
        inputs = [links.finite(number) for number in numbers]
        whole = len(inputs) in (len(PARAMETERS), len(ALL_PARAMETERS))
        if model not in models or not whole or None in inputs:
            link.notices.append(
                f"The pinned curve “{links.shortened(text)}” of the link was not understood."
            )
            continue
        given = [number for number in inputs if number is not None]
        known = domain(model)
        pairs = zip(ALL_PARAMETERS, given, strict=False)  # old links hold five
        reasons = [refusal(name, x, known) for name, x in pairs]
        if any(reasons):
            sentence = " ".join(reason for reason in reasons if reason)
            link.notices.append(f"A pinned curve of the link was left out: {sentence}")
            continue
        request.pins.append((model, Electrolyte.from_array(given)))
    if len(texts) > MAX_PINS:
        link.notices.append(f"The link pins more than {MAX_PINS} curves; the others were left out.")
