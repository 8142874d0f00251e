"""Links that restore a page: query strings written and read without losing a value."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

MAX_LENGTH = 4096
"""Longest query string that is read; a full state takes less than 1,000 characters."""

_MAX_ENTRIES = 64

_FOREIGN = ("voila-", "token", "theme", "template", "kernel")
"""Beginnings of entries that belong to Voila or to a hub."""


@dataclass
class Link:
    """Entries of a query string that belong to a page.

    Parameters
    ----------
    entries : dict
        Texts by key; several only for keys that may be repeated.
    repeated : list of str
        Keys that were given more than once but must not be; they are not among `entries`.
    notices : list of str
        One sentence for anything that is refused.
    """

    entries: dict[str, list[str]] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def get(self, key: str) -> str | None:
        """Return the text of an entry, None if the link has none."""
        return self.entries[key][0] if key in self.entries else None

    def one_of(self, key: str, choices: Sequence[str]) -> str | None:
        """Return an entry that must be one of a few names; if it is none, a notice says so."""
        text = self.get(key)
        if text is None or text in choices:
            return text
        self.notices.append(f"The link's {key} “{shortened(text)}” is unknown and was ignored.")
        return None

    def select(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the entries of some keys, those of them that the link has."""
        return {key: self.entries[key][0] for key in keys if key in self.entries}


def write(entries: Iterable[tuple[str, str]]) -> str:
    """Return the query string of some entries, without its question mark.

    Examples
    --------
    >>> write([("h", "4.5"), ("unit", "nm⁻³")])
    'h=4.5&unit=nm%E2%81%BB%C2%B3'
    """
    return urlencode(list(entries), safe=",:")


def read(query: str, keys: Collection[str], repeatable: Collection[str] = ()) -> Link:
    """Read a query string; whatever is not understood is named.

    Parameters
    ----------
    query : str
        Query string without its question mark.
    keys : collection of str
        Keys that belong to the page.
    repeatable : collection of str
        Those of them that may occur more than once.

    Returns
    -------
    Link
        What was understood and what was refused.

    Examples
    --------
    >>> link = read("h=4.5&colour=red", ("h", "c"))
    >>> link.get("h"), link.notices
    ('4.5', ["The link's entry “colour” is unknown and was ignored."])
    """
    link = Link()
    if len(query) > MAX_LENGTH:
        link.notices.append("The link is too long and was not read.")
        return link
    try:
        entries = parse_qs(query, keep_blank_values=True, max_num_fields=_MAX_ENTRIES)
    except ValueError:
        link.notices.append("The link has too many entries and was not read.")
        return link
    for key, texts in entries.items():
        if key not in keys:
            if not key.startswith(_FOREIGN):
                link.notices.append(
                    f"The link's entry “{shortened(key)}” is unknown and was ignored."
                )
        elif len(texts) > 1 and key not in repeatable:
            link.repeated.append(key)
        else:
            link.entries[key] = texts
    return link


def choice(what: str, text: str, choices: Collection[str]) -> str:
    """Return an entry of a link that must be one of a few names; ValueError if it is none."""
    if text not in choices:
        raise ValueError(f"the link's {what} “{shortened(text)}” is unknown and was ignored")
    return text


def number(what: str, text: str) -> float:
    """Return an entry of a link that must be a number; ValueError if it is none."""
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"the link's {what} “{shortened(text)}” is not a number") from None


def finite(text: str) -> float | None:
    """Return the finite number that a text stands for, None if it stands for none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def shortened(text: str, length: int = 40) -> str:
    """Return a text of a link at most so long, for messages."""
    return text if len(text) <= length else text[: length - 1] + "…"
