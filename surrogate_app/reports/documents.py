"""Texts and tables that commands write into the project's documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from surrogate_app.common.files import write_atomically
from surrogate_app.common.resources import pretrained_dir


def checkout() -> Path:
    """Top folder of the checkout.

    Raises
    ------
    FileNotFoundError
        If the package does not run from a checkout.
    """
    top = pretrained_dir().parent
    if not (top / "README.md").is_file():
        raise FileNotFoundError(
            f"there is no README.md in {top}; documents can only be written from a checkout"
        )
    return top


def render(template: str, **values: Any) -> str:
    """Fill a template of the documents.

    Parameters
    ----------
    template : str
        Its path in `templates`. Numbers go through the filter `number`, which takes a format
        specification.
    **values
        What it names; one that is missing is an error.
    """
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    # Markdown needs no escapes: numbers and tables go in as they are
    made = Environment(
        loader=PackageLoader("surrogate_app.reports"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    made.filters["number"] = format
    return made


def stored_evaluation(half: str, folder: Path | None = None) -> dict[str, Any]:
    """Read what `surrogate-app evaluate HALF --write` stored beside the models of a half.

    Parameters
    ----------
    half : str
        Name of the half.
    folder : Path, optional
        Folder with a folder of models for each half; the pretrained ones by default.

    Raises
    ------
    ValueError
        If the models have not been evaluated.
    """
    path = (pretrained_dir() if folder is None else folder) / half / "evaluation.json"
    if not path.exists():
        raise ValueError(
            f"the {half} models have not been evaluated; "
            f"run surrogate-app evaluate {half} --write first"
        )
    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return results


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table in Markdown, its first column to the left and all others to the right.

    Examples
    --------
    >>> print(markdown_table(["state", "p*"], [["dense", "1.27"]]))
    | state | p* |
    |---|---:|
    | dense | 1.27 |
    """
    rule = "|---|" + "---:|" * (len(header) - 1)
    lines = [f"| {' | '.join(row)} |" for row in (header, *rows)]
    return "\n".join([lines[0], rule, *lines[1:]])


def replace_section(path: Path, name: str, text: str, heading: str | None = None) -> None:
    """Replace what stands between the two markers of a section.

    Parameters
    ----------
    path : Path
        A Markdown file with the lines ``<!-- name:begin -->`` and ``<!-- name:end -->``.
    name : str
        Name of the section.
    text : str
        New content, without the markers.
    heading : str, optional
        Heading under which a section that is missing is added at the end.

    Raises
    ------
    ValueError
        If the file does not have both markers, and there is no heading.
    """
    content = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    before, found, rest = content.partition(begin)
    _, closed, after = rest.partition(end)
    if heading is not None and not found:
        content = f"{content.rstrip()}\n\n## {heading}\n\n"
        before, rest, closed, after = content, "", end, "\n"
    elif not (found and closed):
        raise ValueError(f"{path.name} has no section between {begin} and {end}")
    write_atomically(path, f"{before}{begin}\n{text.strip()}\n{end}{after}".encode())
