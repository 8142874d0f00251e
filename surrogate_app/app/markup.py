"""Pieces of HTML that the pages of the dashboard share; whatever a user gave is escaped here."""

from __future__ import annotations

import html
from collections.abc import Iterable


def tiles(entries: Iterable[tuple[str, str, str]]) -> str:
    """Return numbers side by side, each with the Python expression that returns it.

    Parameters
    ----------
    entries : iterable of tuple
        Label and value, both as HTML (see `value`), and expression, as plain text.
    """
    made = "".join(
        f"<div><dt>{label}</dt>{shown}"
        f"<dd class='sa-expression'><code>{html.escape(expression).replace(chr(10), '<br>')}</code>"
        "</dd></div>"
        for label, shown, expression in entries
    )
    return f'<dl class="sa-numbers">{made}</dl>'


def value(text: str, unit: str = "", kind: str = "") -> str:
    """Return one value of a tile, given as HTML, with its unit and CSS class."""
    css = f' class="{kind}"' if kind else ""
    return f"<dd{css}>{text}{f' <small>{unit}</small>' if unit else ''}</dd>"


def snippet(text: str, name: str) -> str:
    """Return a text that can be copied with a button beneath it.

    Parameters
    ----------
    text : str
        Plain text.
    name : str
        Identifier of the element that holds it, once on the page.
    """
    return (
        f'<pre class="sa-call"><code id="{name}">{html.escape(text)}</code></pre>'
        f'<button type="button" class="sa-copy" data-sa-copy="#{name}">Copy</button>'
    )


def heading(title: str, help: str = "", name: str = "") -> str:
    """Return a small heading that links can lead to, and that unfolds an explanation.

    Parameters
    ----------
    title : str
        Plain text.
    help : str, optional
        Explanation, as HTML.
    name : str, optional
        Identifier of the heading.
    """
    named = f' id="{name}"' if name else ""
    made = f"<h2{named}>{html.escape(title)}</h2>"
    if not help:
        return made
    return f'<details class="sa-help"><summary>{made}</summary>{help}</details>'


def explained(entries: Iterable[tuple[str, str]]) -> str:
    """Return names and what they are, both as HTML, as the list of an explanation.

    Examples
    --------
    >>> explained([("<i>h</i>", "slit width")])
    '<dl><div><dt><i>h</i></dt><dd>slit width</dd></div></dl>'
    """
    items = "".join(f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in entries)
    return f"<dl>{items}</dl>"


def listed(sentences: Iterable[str], kind: str) -> str:
    """Return plain sentences as a list, or nothing if there are none.

    Examples
    --------
    >>> listed(["r < 0"], "sa-warnings")
    '<ul class="sa-warnings"><li>r &lt; 0</li></ul>'
    """
    items = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences)
    return f'<ul class="{kind}">{items}</ul>' if items else ""


def alert(text: str, kind: str) -> str:
    """Return a plain sentence in a frame, "error" or "notice", or nothing if it is empty."""
    if not text:
        return ""
    role = "alert" if kind == "error" else "status"
    return f'<div class="sa-{kind}" role="{role}">{html.escape(text)}</div>'


def refused(sentence: str) -> str:
    """Return the sentence that stands beside a refused input, or nothing if it is empty."""
    return f'<span role="alert">{html.escape(sentence)}</span>' if sentence else ""
