"""Figures and tables that commands write into the project's documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

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


def replace_section(path: Path, name: str, text: str) -> None:
    """Replace what stands between the two markers of a section.

    Parameters
    ----------
    path : Path
        A Markdown file with the lines ``<!-- name:begin -->`` and ``<!-- name:end -->``.
    name : str
        Name of the section.
    text : str
        New content, without the markers.

    Raises
    ------
    ValueError
        If the file does not have both markers.
    """
    content = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    before, found, rest = content.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{path.name} has no section between {begin} and {end}")
    write_atomically(path, f"{before}{begin}\n{text.strip()}\n{end}{after}".encode())
