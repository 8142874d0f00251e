"""Several tables in one file: pairs of atoms become columns, frames of a run are averaged."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from surrogate_app.liquid.rdf.text import Array, Table, to_label

_FRAME = re.compile(
    r"\b(time\s?steps?|steps?|frames?|times?|snapshots?|config(?:uration)?s?|iterations?|sweeps?|"
    r"cycles?|blocks?|t)\b\s*[#:=(]*\s*[-+.\deE]+",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"\b(pairs?|types?|species|atoms?|groups?|selections?|g|rdf|gr)\b|-", re.IGNORECASE
)
_PREFIX = re.compile(r"^\W*(pairs?|rdf|g\(r\)|between|types?|species)\W*(?=\w)", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?\d[-+.\deE]*")
_SAME_STEP = 0.01
"""Difference of distances, in steps of the table, up to which they count as the same."""

_ALIKE = 0.25
"""Difference of g between tables without headings up to which they may be frames of one run."""

Piece = tuple[list[str], Array, Sequence[int]]
"""Lines above a table, its numbers, and its lines."""


def combined(pieces: list[Piece]) -> Table:
    """Make one table of those of a file.

    Parameters
    ----------
    pieces : list of tuple
        Lines above each table, its numbers of shape (n, k), its lines in the file.

    Returns
    -------
    Table
        Its columns have the headings of their tables for names where these tell pairs apart.
    """
    _, first, at = pieces[0]
    table = Table(first, [], at, heads=[piece[0] for piece in pieces])
    if len(pieces) == 1:
        return table
    if len(pieces[-1][1]) < len(first):
        pieces = pieces[:-1]
        table.warnings.append("The last table is cut off and was left out.")
    same = [piece for piece in pieces if _same_distances(first, piece[1])]
    if len(same) < len(pieces):
        table.warnings.append(
            f"Only {len(same)} of {len(pieces)} tables were read, as distances of others differ."
            if len(same) > 1
            else f"Only the first of {len(pieces)} tables was read, as their distances differ."
        )
    if len(same) == 1:
        return table
    groups = _by_pair(same)
    columns = []
    for name, members in groups.items():
        values, sentences = averaged(
            np.array([values for _, values, _ in members]), _steps([head for head, *_ in members])
        )
        columns.append((name, values))
        for sentence in sentences:
            if sentence not in table.assumptions:
                table.assumptions.append(sentence)
    table.values = np.hstack([columns[0][1], *(values[:, 1:] for _, values in columns[1:])])
    if len(columns) > 1:
        width = first.shape[1]
        table.sections = [(to_label(name), width - 1) for name, _ in columns]
        table.assumptions.append(f"The {len(columns)} tables of the file became columns.")
    return table


def averaged(
    stack: Array, steps: Sequence[float] = (), column: int = 1, word: str = "tables"
) -> tuple[Array, list[str]]:
    """Average tables of successive times, or take the last one of a running average.

    Parameters
    ----------
    stack : ndarray, shape (m, n, k)
        The tables.
    steps : sequence of float, optional
        Their times; what is of time 0 is left out.
    column : int
        A column that holds g(r).
    word : str
        What the sentences call the tables.

    Returns
    -------
    values : ndarray, shape (n, k)
    sentences : list of str
        What was done.
    """
    sentences = []
    initial = None
    if len(stack) == 1:
        return stack[0], []
    if len(steps) == len(stack) and steps[0] == 0 and steps[1] > 0:
        initial, stack = stack[0], stack[1:]
        what = word.rstrip("s")
        sentences.append(f"The {what} of step 0, the initial configuration, was left out.")
    if len(stack) == 1:
        return stack[0], sentences
    if not is_running(stack[:, :, column]):
        return stack.mean(axis=0), [*sentences, f"The {len(stack)} {word} were averaged."]
    values = stack[-1]
    if initial is not None and not np.diff(steps, 2).any():
        values = (len(steps) * values - initial) / (len(steps) - 1)
    sentences.append(f"The last of {len(stack)} {word}, a running average, was taken.")
    return values, sentences


def is_running(g: Array) -> bool:
    """Tell running averages, whose steps shrink as 1/k, from independent frames, shape (m, n).

    The step from the mean of k − 1 frames to that of k has the variance σ²/(k(k − 1)), the step
    between independent frames 2σ²; the likelier of the two is chosen.
    """
    steps = np.mean(np.diff(g, axis=0) ** 2, axis=1)
    if len(steps) < 2 or not np.all(steps > 0.0):
        return False
    k = np.arange(2, len(steps) + 2)
    shrink = 1.0 / (k * (k - 1.0))
    running = np.log(shrink).mean() + np.log(np.mean(steps / shrink))
    return bool(running < np.log(np.mean(steps)))


def _same_distances(first: Array, other: Array) -> bool:
    if first.shape != other.shape:
        return False
    step = float(np.ptp(first[:, 0])) / max(len(first) - 1, 1)
    return bool(np.all(np.abs(other[:, 0] - first[:, 0]) <= _SAME_STEP * step))


def _by_pair(pieces: list[Piece]) -> dict[str, list[Piece]]:
    """Group tables by the pair of atoms that their headings name."""
    names = [_pair_in(head) for head, *_ in pieces]
    bare = not any(head for head, *_ in pieces[1:])
    if len(set(names)) == 1 and not (bare and _differ(pieces)):
        return {names[0]: pieces}
    if len(set(names)) == 1:
        names = [f"table {number}" for number in range(1, len(pieces) + 1)]
    groups: dict[str, list[Piece]] = {}
    for name, piece in zip(names, pieces, strict=True):
        groups.setdefault(name, []).append(piece)
    if len({len(members) for members in groups.values()}) > 1 and len(groups) < len(pieces):
        # as where the first heading holds the title of the file too
        ends = [name.split("\n")[-1] for name in names]
        groups = {}
        for name, piece in zip(ends, pieces, strict=True):
            groups.setdefault(name, []).append(piece)
    return groups


def _pair_in(head: Sequence[str]) -> str:
    """Return what the line above a table says about its pair; '' where only times change."""
    for line in reversed(head):
        text = _FRAME.sub(" ", line.strip("#@!% \t[]{}<>*=-"))
        if not re.search(r"[^\W\d_]", text):
            numbers = _NUMBER.findall(text)
            if len(numbers) == 2 and all(n.isdigit() and len(n) < 3 for n in numbers):
                return " ".join(numbers)  # types of atoms
            continue
        if len(text.split()) > 6 or re.match(r"(?i)\W*r\b", text):
            continue  # prose, or names of columns
        name = text if _PAIR.search(text) else _NUMBER.sub(" ", text)
        return _PREFIX.sub("", name).strip() or name.strip()
    return ""


def _steps(heads: list[list[str]]) -> list[float]:
    """Return the times that headings tell, or none."""
    found = []
    for head in heads:
        match = next((m for line in reversed(head) if (m := _FRAME.search(line))), None)
        numbers = _NUMBER.findall(match[0]) if match else []
        if not numbers:
            return []
        try:
            found.append(float(numbers[-1]))
        except ValueError:
            return []
    return found


def _differ(pieces: list[Piece]) -> bool:
    """Tell tables of other pairs from frames, which scatter about one curve."""
    g = np.array([values[:, 1] for _, values, _ in pieces])
    if len(g) > 12 or not np.all(np.isfinite(g)):
        return False
    deviation = g - g.mean(axis=0)
    # smooth differences are not those of noise
    noise = np.sqrt(np.mean(np.diff(deviation, 2, axis=1) ** 2) / 6.0)
    size = np.sqrt(np.mean(deviation**2))
    return bool(
        size > _ALIKE * max(float(np.median(g[:, g.shape[1] // 2 :])), 1e-3) and size > 3.0 * noise
    )
