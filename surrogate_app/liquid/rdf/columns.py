"""What the columns of a table are: distances, g(r), their errors, or something else."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from surrogate_app.liquid.rdf.text import MAX_COLUMNS, Array, Table, is_number, to_label

NAMES_OF_R = frozenset(
    ("r", "rij", "d", "dist", "distance", "distances", "radius", "radii", "separation", "x")
) | {"bin", "bins"}
"""Words that name distances."""

_LINES_ABOVE = 12
_NAMED = re.compile(
    r"(?i)(?:^|\b)(?:col(?:umn)?|field)\.?\s*#?\s*(\d{1,2})\b\s*[:=.)\-–]*\s*(?:is\s+|holds\s+)?(.+)"
)
_ORDINAL = re.compile(r"(?i)\b(first|second|third|fourth|fifth|sixth)\s+(?:column|col)\b\W*(.+)")
_LISTED = re.compile(r"^\W*(\d{1,2})\s*[:.)=]\s*(\S.*)")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}

_ERROR = re.compile(
    r"(?i)\b(err(or)?s?|std(ev|dev)?|stddev|stderr|sem|uncertaint(y|ies)|deviation|variance|"
    r"sigma g|dgr?(\(r\))?|delta g|g ?err)\b|±|\+/-|\bΔg"
)
_AVERAGE = re.compile(
    r"(?i)\b(average|averaged|g?avg|ave|mean|running|run(?!\s*\d)|accumulated|overall)\b"
)
_COUNT = re.compile(
    r"(?i)\b(coord\w*|cn|integral|int|cumulative|counts?|n_?r|number|numbers|histogram|hist|"
    r"volume|vol|d[nrv]|pairs|unnormali[sz]ed|raw counts|index|row|bin|frames?|weights?|time)\b"
)
_G = re.compile(
    r"(?i)\b(g|gr|rdf|gofr|pcf)\b|pair correlation|pair distribution|radial distribution|g_?\("
)
_LONE_N = re.compile(r"n ?(\(r\))?")  # as opposed to N, which is nitrogen
_SIGNS = re.compile(r"^(#L\s|[#!%/@\s])+")  # #L names columns in the files of SPEC
_AMOUNT = re.compile(r"\d[\d.]*\s+[^\W\d]")
_EVEN = 0.05
_PROSE = frozenset(("=", "is", "the", "of", "and", "by", "in", "was", "for", "from", "to", "with"))


def words(text: str) -> list[str]:
    """Return the words of a label in lower case."""
    for garbled in ("Ã…", "Ã\x85"):  # UTF-8 taken for Windows-1252 or Latin-1
        text = text.replace(garbled, "Å")
    return re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", text[:80]).lower())


def name_columns(table: Table, separator: str | None) -> None:
    """Find the names of the columns above a table, and put distances first."""
    width = table.values.shape[1]
    own = width if not table.sections else table.sections[0][1] + 1
    head = [_SIGNS.sub("", line) for line in (table.heads[0] if table.heads else [])]
    labels = _numbered(head, own) or _named(head, own, separator, table.values)
    table.hints = [*filter(None, labels[:1]), *(line for line in reversed(head) if line)]
    if table.sections:
        rest = labels[1:]
        labels = labels[:1]
        for name, count in table.sections:
            several = count > 1
            labels += [f"{name} {rest[i]}".strip() if several else name for i in range(count)]
    table.labels = [to_label(label.strip(" ,;")) for label in labels]
    _distances_first(table)
    _find_errors(table)
    _find_averages(table)


def grows(r: Array, values: Array) -> bool:
    """Return whether a column grows all the way, as coordination numbers and distances do."""
    if np.any(np.diff(values) < 0.0) or not values[-1] > 0.0:
        return False
    return bool(np.interp(0.8 * r[-1], r, values) < 0.85 * values[-1])


def is_called_g(label: str) -> bool:
    """Return whether a name is one of g(r)."""
    return bool(_G.search(label.replace("_", " ")))


def is_called_otherwise(label: str) -> bool:
    """Return whether a name is one of something else than g(r)."""
    plain = label.strip().replace("_", " ")
    if _LONE_N.fullmatch(plain) or _ERROR.search(plain) or "unnormal" in plain.lower():
        return True
    return bool(_COUNT.search(plain)) and not is_called_g(plain)


def _numbered(head: list[str], width: int) -> list[str]:
    """Names from lines such as “Column 2: g(r)”; nothing where there are none."""
    found: dict[int, str] = {}
    listed: dict[int, str] = {}
    for line in head:
        if match := _NAMED.search(line):
            found[int(match[1])] = match[2]
        elif match := _ORDINAL.search(line):
            found[_ORDINALS[match[1].lower()]] = match[2]
        elif match := _LISTED.match(line):
            listed[int(match[1])] = match[2]
    if not found and sorted(listed) == list(range(1, width + 1)):
        found = listed
    inside = {number: text for number, text in found.items() if 1 <= number <= width}
    # counted from 0, as programmers do
    if 0 in found and max(found) < width:
        inside = {number + 1: text for number, text in found.items()}
    return [inside.get(number, "") for number in range(1, width + 1)] if inside else []


def _named(head: list[str], width: int, separator: str | None, values: Array) -> list[str]:
    """Names from a line with as many of them as there are columns, or about as many."""
    near = [line for line in reversed(head) if line][:_LINES_ABOVE]
    for line in near:
        for cells in _splits(line, separator):
            if len(cells) == width and _are_names(cells):
                return cells
    for line in near:
        for cells in _splits(line, separator):
            if not 2 <= len(cells) < width or not _are_names(cells) or not _names_r(cells[0]):
                continue
            if _is_index(values[:, 0]) and len(cells) < width:
                return ["", *cells, *[""] * (width - 1 - len(cells))]
            if width == 2 * len(cells) - 1 and not re.search(r"(?i)\bcount|coord", line):
                labels = cells[:1]
                for cell in cells[1:]:
                    labels += [cell, f"{cell} error" if _second_small(values) else ""]
                return labels
            return [*cells, *[""] * (width - len(cells))]
    for line in near:
        for cells in _splits(line, separator):
            if len(cells) == width - 1 and width > 2 and _are_names(cells) and _pairs(cells):
                return ["", *cells]
    return [""] * width


def _splits(line: str, separator: str | None) -> list[list[str]]:
    """Ways in which a line may be cut into names."""
    ways = []
    if '"' in line and not separator:
        ways.append(re.findall(r'"([^"]*)"', line))
    if separator:
        plain = line
        if '"' in line:  # as in rows, commas separate quoted cells whatever separates others
            plain = line.replace('","', separator).replace('", "', separator)
        ways.append([cell.strip(' "') for cell in plain.rstrip(separator).split(separator)])
        return ways
    if "\t" in line:
        ways.append([cell.strip(' "') for cell in line.split("\t")])
    cells: list[str] = []
    for word in line.split()[: 2 * MAX_COLUMNS]:
        if cells and word.startswith(("(", "[")):
            cells[-1] += f" {word}"
        else:
            cells.append(word)
    ways.append(cells)
    if "  " in line:
        ways.append(re.split(r"\s{2,}", line))
    if "," in line:
        ways.append([cell.strip() for cell in re.split(r",(?![^(\[]*[)\]])", line)])
    if "|" in line:
        ways.append([cell.strip() for cell in line.strip("| ").split("|")])
    return ways


def _are_names(cells: list[str]) -> bool:
    """Tell names from prose and from numbers."""
    if any(is_number(cell) or _AMOUNT.match(cell) for cell in cells):
        return False
    if not any(any(map(str.isalnum, cell)) for cell in cells):
        return False
    if not _PROSE.isdisjoint(cell.lower() for cell in cells):
        return False
    return not any(cell.endswith((":", "=")) for cell in cells[:-1])


def _names_r(cell: str) -> bool:
    found = words(cell)
    return not NAMES_OF_R.isdisjoint(found)


def _pairs(cells: list[str]) -> bool:
    return all(
        is_called_g(cell) or re.search(r"[A-Za-z]\w*[-–_:]\w*[A-Za-z]", cell) for cell in cells
    )


def _second_small(values: Array) -> bool:
    """Return whether every second column is as small as errors are."""
    tail = values[3 * len(values) // 4 :]
    own, beside = np.abs(tail[:, 1::2]).mean(axis=0), np.abs(tail[:, 2::2]).mean(axis=0)
    return bool(np.all(beside < 0.5 * own))


def _is_index(column: Array) -> bool:
    return bool(column[0] in (0.0, 1.0) and len(column) > 1 and np.all(np.diff(column) == 1.0))


def _evenly_rising(column: Array) -> bool:
    steps = np.diff(column)
    if len(steps) < 3 or not np.all(steps > 0.0):
        return False
    return bool(np.ptp(steps) <= _EVEN * steps.mean())


def _distances_first(table: Table) -> None:
    """Put the column of distances first, leaving out one that only counts the rows."""
    values, labels = table.values, table.labels
    if values.shape[1] < 2 or len(values) < 2:
        return
    columns = range(values.shape[1])
    indices = [i for i in columns if _is_index(values[:, i])]
    rising = [i for i in columns if i not in indices and np.all(np.diff(values[:, i]) > 0.0)]
    named = [i for i in rising if _names_r(labels[i])]
    first = values[:, 0]
    if 0 in indices and values.shape[1] > 2:
        called = bool(NAMES_OF_R.intersection(words(labels[0])) - {"bin", "bins"})
        even = [i for i in rising if _evenly_rising(values[:, i])]
        others = [i for i in (*named, *even) if i != 0] or [i for i in rising if i == 1]
        x = others[0] if others and not called else 0
    elif _names_r(labels[0]) or 0 in rising:
        x = named[0] if named and not _names_r(labels[0]) else 0
    else:
        steps = np.diff(first)
        unordered = 0.05 < np.mean(steps < 0.0) < 0.95 and len(first) >= 20
        even = [i for i in rising if _evenly_rising(values[:, i])]
        x = named[0] if named else even[0] if unordered and even else 0
        if x and not named:
            table.assumptions.append(
                f"Distances are taken from column {x + 1}, the only one that grows evenly."
            )
    dropped = {x} | {i for i in indices if i != x and (i == 0 or not labels[i])}
    order = [x, *(i for i in columns if i not in dropped)]
    if len(order) < 2 or order == list(columns):
        return
    table.values, table.labels = values[:, order], [labels[i] for i in order]
    if table.labels[0]:
        table.hints = [table.labels[0], *table.hints]


def _find_errors(table: Table) -> None:
    """Say which columns are errors of which others."""
    for i in range(2, table.values.shape[1]):
        if _ERROR.search(table.labels[i].replace("_", " ")):
            others = [j for j in range(i - 1, 0, -1) if not is_called_otherwise(table.labels[j])]
            if others:
                table.errors.setdefault(others[0], i)


def _find_averages(table: Table) -> None:
    """Say which columns are averages of others, by their names or by their numbers."""
    every = range(1, table.values.shape[1])
    named = [i for i in every if _AVERAGE.search(table.labels[i].replace("_", " "))]
    if named and len(named) < len(every):
        table.averages = [i for i in named if not is_called_otherwise(table.labels[i])]
        return
    values = table.values[:, 1:]
    if not 3 <= values.shape[1] <= 60:
        return
    total = values.sum(axis=1)
    for i in {0, values.shape[1] - 1}:
        rest = (total - values[:, i]) / (values.shape[1] - 1)
        if np.all(np.abs(rest - values[:, i]) <= 2e-3 * (1.0 + np.abs(rest))):
            table.averages = [i + 1]
