"""What a link to the Lennard-Jones page holds, and what of it is accepted; never a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surrogate_app.app import links
from surrogate_app.app.links import Link
from surrogate_app.app.liquid.conditions import DENSITY_UNITS, NAMES, TEMPERATURE_UNITS
from surrogate_app.app.liquid.entry import MAX_NAME, OPTIONS, Entry, file_name
from surrogate_app.app.liquid.tabs import TABS
from surrogate_app.liquid.rdf.rdf import LENGTH_UNITS, ORIGINS, QUANTITIES
from surrogate_app.liquid.rdf.sampling import SAMPLINGS
from surrogate_app.liquid.rdf.structure_factor import Q_UNITS, S_QUANTITIES

UNITS: Mapping[str, Sequence[str]] = {
    "density_unit": DENSITY_UNITS,
    "temperature_unit": TEMPERATURE_UNITS,
}

MAX_COLUMN = 10_000


@dataclass
class Request:
    """What a link asks of the page.

    Parameters
    ----------
    example, file : str or None
        The example that it shows, or the name of the user's file.
    model : str or None
        Model, if given and known.
    conditions : dict
        Values of `Conditions` by name.
    options : dict
        Values of `OPTIONS` by name.
    """

    example: str | None = None
    file: str | None = None
    model: str | None = None
    conditions: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


def keys() -> tuple[str, ...]:
    """Return the entries of a link; none may occur more than once."""
    of_tabs = (key for tab in TABS.values() if tab.state is not None for key in tab.state.keys)
    return ("example", "file", "model", *NAMES, *UNITS, *OPTIONS, "tab", *of_tabs)


def write(entry: Entry | None, model: str, tab: str, settings: Mapping[str, str]) -> str:
    """Return the query string that restores what the page shows.

    Parameters
    ----------
    entry : Entry or None
        The file that is shown; of a user's file, the link holds the name only.
    model : str
        Name of the model.
    tab : str
        The tab that is open.
    settings : mapping
        Entries of that tab.

    Returns
    -------
    str
        Query string without its question mark.
    """
    entries: list[tuple[str, str]] = []
    if entry is not None:
        given = entry.conditions
        entries.append(("example" if entry.example else "file", entry.name[:MAX_NAME]))
        counting = [*given.counting, *(["sigma"] if entry.in_sigma else [])]
        entries += [(name, repr(float(getattr(given, name)))) for name in dict.fromkeys(counting)]
        entries += [(name, getattr(given, name)) for name in UNITS]
        if entry.length_unit is not None:
            entries.append(("length_unit", entry.length_unit))
        if entry.q_unit is not None:
            entries.append(("q_unit", entry.q_unit))
        if entry.column is not None:
            entries.append(("column", str(entry.column)))
        if entry.sampling is not None:
            entries.append(("sampling", entry.sampling))
        if entry.quantity is not None:
            entries.append(("quantity", entry.quantity))
        if entry.origin is not None:
            entries.append(("origin", entry.origin))
        if entry.cut:
            entries.append(("cut", "yes"))
        if entry.normalise:
            entries.append(("normalise", "yes"))
    entries += [("model", model), ("tab", tab), *settings.items()]
    return links.write(entries)


def read(query: str, models: Sequence[str], examples: Sequence[str]) -> tuple[Link, Request]:
    """Read a query string; whatever is refused is named.

    Parameters
    ----------
    query : str
        Query string without its question mark.
    models, examples : sequence of str
        Names of the models and of the examples' files.

    Returns
    -------
    Link
        Its entries, those of the tabs included, and what was refused.
    Request
        What it asks of the page.

    Examples
    --------
    >>> link, request = read("file=mine.xvg&density=15&unit=nm", ("corresponding",), ())
    >>> request.file, request.conditions, link.notices
    ('mine.xvg', {'density': 15.0}, ["The link's entry “unit” is unknown and was ignored."])
    """
    link = links.read(query, keys())
    link.notices += [f"{key} is given more than once." for key in link.repeated]
    request = Request(
        example=link.one_of("example", examples),
        file=file_name(named) if (named := link.get("file")) else None,
        model=link.one_of("model", models),
    )
    for name in NAMES:
        if (text := link.get(name)) is not None:
            try:
                request.conditions[name] = links.number(name, text)
            except ValueError:
                link.notices.append(f"The link's {name} “{links.shortened(text)}” is not a number.")
    for name, units in UNITS.items():
        if (unit := link.one_of(name, units)) is not None:
            request.conditions[name] = unit
    if (unit := link.one_of("length_unit", LENGTH_UNITS)) is not None:
        request.options["length_unit"] = unit
    if (column := link.get("column")) is not None:
        if column.isdecimal() and int(column) <= MAX_COLUMN:
            request.options["column"] = int(column)
        else:
            link.notices.append(f"The link's column “{links.shortened(column)}” is unknown.")
    if (sampling := link.one_of("sampling", SAMPLINGS)) is not None:
        request.options["sampling"] = sampling
    every = (*QUANTITIES, *S_QUANTITIES)
    for name, choices in (("quantity", every), ("origin", ORIGINS), ("q_unit", Q_UNITS)):
        if (chosen := link.one_of(name, tuple(choices))) is not None:
            request.options[name] = chosen
    for name in ("cut", "normalise"):
        if (answer := link.one_of(name, ("yes", "no"))) is not None:
            request.options[name] = answer == "yes"
    return link, request
