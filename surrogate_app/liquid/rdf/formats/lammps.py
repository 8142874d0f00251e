"""What `fix ave/time` of LAMMPS writes for `compute rdf`: blocks of rows, in units of the run."""

from __future__ import annotations

import re

import numpy as np

from surrogate_app.liquid.rdf.document import Document
from surrogate_app.liquid.rdf.format import Format, Sample, coordination
from surrogate_app.liquid.rdf.text import (
    MAX_ROWS,
    Array,
    Lines,
    Table,
    is_count,
    quoted,
    refuse,
    to_label,
    to_table,
)

_AVERAGES = 4
_VALUE = re.compile(r"\[(\d{1,4})\]$")


def sniff(document: Document) -> bool:
    """Return whether a block begins: its step and number of rows, then row 1."""
    body = document.rows
    if len(body.texts) < 2:
        return False
    head, row = body.texts[0].split(), body.texts[1].split()
    return len(head) == 2 and all(map(is_count, head)) and len(row) > 2 and row[0] == "1"


def read(document: Document) -> Table:
    """Read the blocks of a file."""
    return read_blocks(document.comments + document.header, document.rows)


def read_blocks(comments: list[str], body: Lines) -> Table:
    """Read blocks below comments that may name the columns; average them or take the last."""
    blocks: list[tuple[int, Table]] = []
    warnings: list[str] = []
    index = 0
    while index < len(body.texts):
        head = body.texts[index].split()
        if len(head) != 2 or not all(map(is_count, head)):
            if index + 1 == len(body.texts) and blocks and not body.complete:
                warnings.append("The last line is cut off and was left out.")
                break
            refuse(
                body.at[index],
                f"a LAMMPS block begins with a time step and a number of rows, "
                f"got {quoted(body.texts[index])}",
            )
        step, number = map(int, head)
        if not 1 <= number <= MAX_ROWS:
            refuse(body.at[index], f"a block of {number} rows is not between 1 and {MAX_ROWS}")
        rows = body.part(index + 1, index + 1 + number)
        index += 1 + number
        table = to_table(rows) if rows.texts else None
        if table is None or (blocks and len(table.values) < number):
            warnings.append("The last block is cut off and was left out.")
            break
        if len(table.values) < number:
            warnings.append(f"The only block has {len(table.values)} of {number} rows.")
        blocks.append((step, table))
    if not blocks:
        raise ValueError("the LAMMPS file has no block of rows")
    return _merged(comments, blocks, warnings)


def _merged(comments: list[str], blocks: list[tuple[int, Table]], warnings: list[str]) -> Table:
    table = blocks[0][1]
    assumptions = []
    initial, steps = None, np.array([step for step, _ in blocks])
    if len(blocks) > 1 and blocks[0][0] == 0:
        initial = table.values
        warnings.append("The block of step 0, the initial configuration, was left out.")
        blocks = blocks[1:]
        table = blocks[0][1]
    for _, other in blocks[1:]:
        if other.values.shape != table.values.shape or not np.array_equal(
            other.values[:, 1], table.values[:, 1]
        ):
            raise ValueError(
                f"the blocks that begin at lines {table.lines[0]} and {other.lines[0]} differ in "
                "their distances or columns"
            )
        warnings += other.warnings
    values = table.values
    if len(blocks) > 1:
        stack = np.array([block.values for _, block in blocks])
        if _running(stack):
            values = stack[-1]
            table = blocks[-1][1]
            if (
                initial is not None
                and initial.shape == values.shape
                and not np.diff(steps, 2).any()
            ):
                values = (len(steps) * values - initial) / (len(steps) - 1)
            assumptions.append(f"The last of {len(blocks)} blocks, a running average, was taken.")
        else:
            values = stack.mean(axis=0)
            assumptions.append(f"The {len(blocks)} blocks were averaged.")
    names = next((line.split()[2:] for line in comments if line.startswith("# Row")), [])
    found = [_VALUE.search(name) for name in names]
    numbers = [int(match[1]) if match else 0 for match in found]
    count = values.shape[1] - 1
    if len(numbers) != count or numbers[0] != 1:
        numbers, names = list(range(1, count + 1)), [""] * count
    # compute rdf gives r, then g and the coordination number of each pair of atom types
    if names[0] or count % 2 == 1:
        kept = [i for i, number in enumerate(numbers) if i == 0 or number % 2 == 0]
        names = [name or f"pair {number // 2}" for name, number in zip(names, numbers, strict=True)]
    else:
        kept = list(range(count))
    return Table(
        values=values[:, [i + 1 for i in kept]],
        labels=["r", *(to_label(names[i]) for i in kept[1:])],
        lines=table.lines,
        assumptions=assumptions,
        warnings=[*table.warnings, *warnings],
    )


def _running(stack: Array) -> bool:
    """Tell running averages, whose steps shrink as 1/k, from independent blocks.

    The step from the mean of k − 1 blocks to that of k has the variance σ²/(k(k − 1)), the step
    between independent blocks 2σ²; the likelier of the two is chosen.
    """
    steps = np.mean(np.diff(stack[:, :, 2], axis=0) ** 2, axis=1)
    if len(steps) < 2 or not np.all(steps > 0.0):
        return False
    k = np.arange(2, len(steps) + 2)
    shrink = 1.0 / (k * (k - 1.0))
    running = np.log(shrink).mean() + np.log(np.mean(steps / shrink))
    return bool(running < np.log(np.mean(steps)))


def sample(of: Sample) -> str:
    """Write up to four blocks, distances in Å."""
    lines = [
        f"# Time-averaged data for fix {of.title or 'rdf'}",
        "# TimeStep Number-of-rows",
        "# Row c_rdf[1] c_rdf[2] c_rdf[3]",
    ]
    for step, part in enumerate(np.array_split(of.parts, min(len(of.parts), _AVERAGES)), start=1):
        g = part.mean(axis=0)
        rows = zip(10.0 * of.r, g, coordination(of.r, g, of.density), strict=True)
        lines.append(f"{step * 10_000} {len(of.r)}")
        lines += [f"{i} {x:g} {y:g} {n:g}" for i, (x, y, n) in enumerate(rows, start=1)]
    return "\n".join(lines) + "\n"


LAMMPS = Format("LAMMPS", sniff, read, sample, order=30, counts=True)
