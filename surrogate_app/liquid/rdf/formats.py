"""Texts that hold radial distribution functions, turned into tables of numbers.

GROMACS writes ``.xvg`` files, LAMMPS blocks of ``fix ave/time``, VOTCA columns with flags, VMD
three columns; everything else is columns of text or CSV. What a table means (which unit, which
column) is decided in `rdf`; here only what the text itself says is noted.
"""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np

from surrogate_app.liquid.rdf.text import (
    FEW_ROWS,
    MAX_COLUMNS,
    MAX_ROWS,
    Array,
    Lines,
    Table,
    decode,
    is_number,
    limit_size,
    quoted,
    refuse,
    to_label,
    to_number,
    to_table,
)

_COMMENTS = ("#", "@", "!", "%", "//")
_FLAGS = ("i", "o", "u")
_ENOUGH = 2000
_LAMMPS_VALUE = re.compile(r"\[(\d{1,4})\]$")


def parse(data: bytes) -> Table:
    r"""Read the table in the bytes of a file.

    Parameters
    ----------
    data : bytes
        Content of the file: text in UTF-8, UTF-16 with a byte order mark, or Latin-1.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        If there is no table of numbers, with the line that is wrong.

    Examples
    --------
    >>> table = parse(b"r;g\n0,10;0\n0,35;2,5\n0,60;1,1\n")
    >>> table.format, table.values[1].tolist()
    ('CSV', [0.35, 2.5])
    """
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    comments: list[str] = []
    body = Lines([], [], text.endswith("\n"))
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.strip()
        if line.startswith(_COMMENTS):
            comments.append(line)
        elif line:
            body.texts.append(line)
            body.at.append(number)
    if not body.texts:
        raise ValueError("the file holds no numbers: it is empty or has only comments")
    if body.texts[0].startswith("["):
        return _brackets(body)
    if "data:" in body.texts:
        body = _without_yaml(body)
    if any("#" in line for line in body.texts):
        body.texts = [line.partition("#")[0].strip() for line in body.texts]
    start = next((i for i, line in enumerate(body.texts) if _is_row(line)), None)
    if start is None:
        raise ValueError(
            f"no line holds a distance and a value of g(r); line {body.at[0]} is "
            f"{quoted(body.texts[0])}"
        )
    header, body = body.texts[:start], body.part(start)
    if _is_lammps(body):
        return _lammps(comments + header, body)
    if any(line.startswith("@") for line in comments):
        return _gromacs(comments, body)
    if body.texts[0].split()[-1] in _FLAGS:
        return _votca(body)
    return _columns(comments, header, body)


def grows(r: Array, values: Array) -> bool:
    """Tell whether a column grows all the way, as coordination numbers and distances do."""
    if np.any(np.diff(values) < 0.0) or not values[-1] > 0.0:
        return False
    return bool(np.interp(0.8 * r[-1], r, values) < 0.85 * values[-1])


def _gromacs(comments: list[str], body: Lines) -> Table:
    said = {"title": "", "xaxis": "", "yaxis": "", "type": ""}
    legends: dict[int, str] = {}
    for line in comments:
        words = line[1:].split(None, 2) if line.startswith("@") else []
        if len(words) < 2:
            continue
        key = words[0].lower()
        if key in said:
            said[key] = _between_quotes(line)
        elif words[1] == "legend" and re.fullmatch(r"s\d{1,3}", key):
            legends[int(key[1:])] = _between_quotes(line)
    about = f"{said['title']} {said['yaxis']}".lower()
    if any(word in about for word in ("cumulative", "coordination", "number rdf")):
        raise ValueError(
            "the file holds a coordination number (gmx rdf -cn), as its title says; "
            "take the file that gmx rdf -o wrote"
        )
    if said["xaxis"].lower().startswith(("time", "residue", "frame", "step")):
        raise ValueError(
            f"the x axis is {quoted(said['xaxis'])}, so this .xvg file is not a g(r); "
            "take the file that gmx rdf -o wrote"
        )
    ends = [i for i, line in enumerate(body.texts) if line.startswith("&")]
    edges = [-1, *ends, len(body.texts)]
    parts = [body.part(a + 1, b) for a, b in pairwise(edges) if b > a + 1]
    table = to_table("GROMACS xvg", parts[0])
    for part in parts[1:]:
        other = to_table("GROMACS xvg", part)
        if not np.array_equal(other.values[:, 0], table.values[:, 0]):
            table.warnings.append(
                f"Only the first of {len(parts)} data sets was read, as their distances differ."
            )
            break
        table.values = np.hstack((table.values, other.values[:, 1:]))
        table.warnings += other.warnings
    if "xydy" in said["type"].lower():
        table.values = table.values[:, :2]
    table.labels = ["r", *(to_label(legends.get(i, "")) for i in range(table.values.shape[1] - 1))]
    # gmx rdf writes nm, and versions before 5 don't say so
    table.told = [said["xaxis"] if said["xaxis"] not in ("", "r") else "nm"]
    return table


def _is_lammps(body: Lines) -> bool:
    if len(body.texts) < 2:
        return False
    head, row = body.texts[0].split(), body.texts[1].split()
    return len(head) == 2 and all(map(_is_count, head)) and len(row) > 2 and row[0] == "1"


def _without_yaml(body: Lines) -> Lines:
    """Turn the YAML that LAMMPS writes into files named ``.yaml`` into its usual blocks."""
    start = body.texts.index("data:") + 1
    plain = Lines([], [], body.complete)
    heads: list[int] = []
    for text, line in zip(body.texts[start:], body.at[start:], strict=True):
        if text.endswith(":"):
            heads.append(len(plain.texts))
            plain.texts.append(text[:-1])
        elif heads and text.startswith("- ["):
            cells = text[3:].rstrip("], ").replace(",", " ")
            plain.texts.append(f"{len(plain.texts) - heads[-1]} {cells}")
        elif text == "...":
            break
        else:
            refuse(line, f"{quoted(text)} is neither a time step nor a row of its block")
        plain.at.append(line)
    if not heads:
        raise ValueError("the file holds no numbers: there is no block below its line “data:”")
    rows = max(b - a - 1 for a, b in pairwise([*heads, len(plain.texts)]))
    for head in heads:
        plain.texts[head] += f" {rows}"
    return plain


def _lammps(comments: list[str], body: Lines) -> Table:
    blocks: list[tuple[int, Table]] = []
    warnings: list[str] = []
    index = 0
    while index < len(body.texts):
        head = body.texts[index].split()
        if len(head) != 2 or not all(map(_is_count, head)):
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
        table = to_table("LAMMPS", rows) if rows.texts else None
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
    found = [_LAMMPS_VALUE.search(name) for name in names]
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
        format="LAMMPS",
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


def _votca(body: Lines) -> Table:
    cells = [line.rsplit(None, 1) for line in body.texts]
    flagged = [len(cell) == 2 and cell[1] in _FLAGS for cell in cells]
    for row in [row for row, good in enumerate(flagged[:-1]) if not good]:
        text = quoted(body.texts[row])
        refuse(body.at[row], f"a row of VOTCA ends with the flag i, o or u, got {text}")
    cut = not flagged[-1]
    kept = [row for row, cell in enumerate(cells) if flagged[row] and cell[1] == "i"]
    if not kept:
        raise ValueError("no row of the VOTCA table has the flag i (in range)")
    rows = Lines([cells[i][0] for i in kept], [body.at[i] for i in kept], True)
    table = to_table("VOTCA", rows)
    table.values, table.labels = table.values[:, :2], ["r", ""]
    if cut:
        table.warnings.append("The last line is cut off and was left out.")
    left_out = len(cells) - len(kept) - cut
    if left_out:
        table.warnings.append(f"{left_out} rows with the flag o or u were left out.")
    return table


def _columns(comments: list[str], header: list[str], body: Lines) -> Table:
    whole = "\n".join(body.texts)
    if '"' in whole:
        body.texts = [line.replace('","', ";").replace('"', "") for line in body.texts]
        whole = "\n".join(body.texts)
    separator: str | None = None
    if ";" in whole:
        separator = ";"
    elif "," in whole and not _has_decimal_commas(body.texts[0], whole):
        separator = ","
    if separator != "," and "," in whole and "." not in whole:
        body.texts = [line.replace(",", ".") for line in body.texts]
    if separator and body.texts[0].endswith(separator):
        body.texts = [line.rstrip(separator) for line in body.texts]
    table = to_table("CSV" if separator else "text columns", body, separator)
    width = table.values.shape[1]
    if len(table.values) <= FEW_ROWS < width:
        table = Table("arrays", table.values.T, [], (), warnings=table.warnings)
        width = table.values.shape[1]
        limit_size(len(table.values), width)
    above = [*header, *comments[-1:]]
    rows = [_cells(line.lstrip("#!%/ "), separator) for line in above]
    fitting = [cells for cells in rows if len(cells) == width]
    table.labels = [to_label(cell) for cell in fitting[0]] if fitting else [""] * width
    table.told = [cells[0] for cells in fitting or rows[-1:] if cells]
    _drop_index(table)
    plain = table.format == "text columns" and not above and table.values.shape[1] == 3
    if plain and grows(table.values[:, 0], table.values[:, 2]):
        table.format, table.labels = "VMD", ["r", "g(r)", ""]
    return table


def _drop_index(table: Table) -> None:
    """Leave out a first column that only counts the rows."""
    if table.values.shape[1] < 3:
        return
    first, second = table.values[:, 0], table.values[:, 1]
    counts = first[0] in (0.0, 1.0) and np.all(np.diff(first) == 1.0)
    if counts and np.all(np.diff(second) > 0.0):
        table.values, table.labels = table.values[:, 1:], table.labels[1:]
        table.told = table.labels[:1]


def _brackets(body: Lines) -> Table:
    text = " ".join(body.texts).replace(",", " ")
    if "..." in text:
        raise ValueError(
            "the arrays are abbreviated with “...”; save them with numpy.savetxt instead"
        )
    groups = [group.replace("[", " ").split() for group in text.split("]")]
    groups = [group for group in groups if group]
    if len(groups) < 2 or len({len(group) for group in groups}) > 1:
        raise ValueError("arrays in brackets must be two or more of one length: r and g(r)")
    values = np.array([[to_number(cell, body.at[0]) for cell in group] for group in groups])
    values = values.T if values.shape[1] > values.shape[0] else values
    limit_size(*values.shape)
    return Table("arrays", values, [""] * values.shape[1], ())


def _is_row(line: str) -> bool:
    """Tell a row of numbers from a line of a header, and a damaged row from a header, too."""
    cells = re.split(r'[\s;,"]+', line[:_ENOUGH].strip('";, \t'))
    numbers = sum(map(is_number, cells))
    return numbers > 1 and (is_number(cells[0]) or 2 * numbers > len(cells))


def _has_decimal_commas(row: str, whole: str) -> bool:
    cells = row.split()
    return len(cells) > 1 and "." not in whole and not any(c.endswith(",") for c in cells[:-1])


def _cells(line: str, separator: str | None) -> list[str]:
    """Split a line of a header; a unit in brackets stays with its name."""
    if separator:
        if '"' in line:  # as in rows, commas separate quoted cells whatever separates others
            line = line.replace('","', separator).replace('", "', separator)
        return [cell.strip(' "') for cell in line.rstrip(separator).split(separator)]
    if "\t" in line:
        return [cell.strip(' "') for cell in line.split("\t")]
    if '"' in line:
        return re.findall(r'"([^"]*)"', line)
    cells: list[str] = []
    for word in line.split()[: 2 * MAX_COLUMNS]:
        if cells and word.startswith(("(", "[")):
            cells[-1] += f" {word}"
        else:
            cells.append(word)
    return cells


def _between_quotes(line: str) -> str:
    first, last = line.find('"'), line.rfind('"')
    return line[first + 1 : last] if last > first else line.split(None, 2)[-1]


def _is_count(cell: str) -> bool:
    return len(cell) < 16 and cell.isascii() and cell.isdigit()
