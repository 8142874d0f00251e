"""What browsers are told to refuse: scripts that are not ours, whatever lies elsewhere, frames."""

from __future__ import annotations

import secrets
from collections.abc import Iterable


def nonce(_source: str = "") -> str:
    """Return the word by which a page knows its own scripts, another one for each page.

    The template of the pages calls it, under the name that `voila.json` gives it.

    Parameters
    ----------
    _source : str, optional
        What the template filters.
    """
    return secrets.token_urlsafe(16)


def policy(word: str) -> str:
    """Return the Content-Security-Policy of a page, which stands at its beginning.

    Scripts run if they are files of this server, were written by the template, or were made by
    such a script: plotly and the widgets are loaded from ``blob:`` addresses. Nothing is loaded
    from elsewhere. Styles may stand in the page, as plotly and the widgets write them there.

    Parameters
    ----------
    word : str
        The nonce of the page's own scripts.

    Examples
    --------
    >>> "script-src 'self' 'nonce-abc' blob:" in policy("abc")
    True
    """
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{word}' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


def headers(frame_ancestors: Iterable[str] = ()) -> dict[str, str]:
    """Return what every answer of the server tells browsers.

    Parameters
    ----------
    frame_ancestors : iterable of str
        Origins whose pages may show those of the server in a frame, besides its own.

    Returns
    -------
    dict
        Headers by name.

    Examples
    --------
    >>> headers(["https://hub.example"])["Content-Security-Policy"]
    "frame-ancestors 'self' https://hub.example"
    """
    allowed = " ".join(["'self'", *frame_ancestors])
    return {
        "Content-Security-Policy": f"frame-ancestors {allowed}",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
