"""A model g(r) and the ways in which programs write it down."""

import numpy as np

from surrogate_app.liquid.rdf.format import coordination
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.state import LJState

ARGON = LJState(c12=9.847e-6, c6=6.2647e-3, density=13.7, temperature=345.0)


def liquid_like(r, size=0.34):
    """g(r) with core, first peak, decaying waves and limit of a liquid of atoms of a size."""
    x = (size / np.maximum(r, 0.3 * size)) ** 6
    core = np.exp(-1.4 * (x * x - x))
    waves = np.cos(2.0 * np.pi * (r / size - 1.1)) * np.exp(-(r / size - 1.0) / 0.6)
    return np.where(r < 0.5 * size, 0.0, core * (1.0 + 0.35 * np.where(r > size, waves, 0.0)))


R = (np.arange(500) + 0.5) * 0.003
G = liquid_like(R)


def rows(*columns, form="%.6f", separator=" ", end="\n"):
    """Lines of a table."""
    return "".join(
        separator.join(form % x for x in row) + end for row in zip(*columns, strict=True)
    )


def xvg(*g, r=R, legends=None, title="Radial distribution", y="g(r)", x="r (nm)"):
    """What gmx rdf writes, one selection for each g."""
    legends = [f"sel{i}" for i in range(len(g))] if legends is None else legends
    head = f"""# This file was created Tue Mar  4 10:11:12 2025
# Created by:
#                    :-) GROMACS - gmx rdf, 2024.3 (-:
#
# Command line:
#   gmx rdf -f traj.xtc -s topol.tpr -ref 'name A' -sel 'name A' 'name B' -bin 0.002
# gmx rdf is part of G R O M A C S:
#
@    title "{title}"
@    xaxis  label "{x}"
@    yaxis  label "{y}"
@TYPE xy
@ subtitle "reference A"
@ view 0.15, 0.15, 0.75, 0.85
@ legend on
@ legend box on
"""
    head += "".join(f'@ s{i} legend "{name}"\n' for i, name in enumerate(legends))
    return head + "".join(
        "".join(f"{value:11.6f}" for value in row) + "\n" for row in zip(r, *g, strict=True)
    )


def lammps(blocks, r=10.0 * R, steps=None, header=True, coordinations=True):
    """What fix ave/time of compute rdf writes; each block is a list of g, one a pair."""
    steps = [1000 * (i + 1) for i in range(len(blocks))] if steps is None else steps
    pairs = len(blocks[0])
    text = ""
    if header:
        names = " ".join(f"c_rdf[{i + 1}]" for i in range(1 + pairs * (1 + coordinations)))
        text = "# Time-averaged data for fix 1\n# TimeStep Number-of-rows\n# Row " + names + "\n"
    for step, block in zip(steps, blocks, strict=True):
        text += f"{step} {len(r)}\n"
        columns = [r]
        for g in block:
            columns += [g, coordination(np.asarray(r), g, 0.0137)][: 1 + coordinations]
        for i, row in enumerate(zip(*columns, strict=True)):
            text += f"{i + 1} " + " ".join(f"{value:g}" for value in row) + "\n"
    return text


def lammps_yaml(*blocks):
    """What fix ave/time writes into a file whose name ends with .yaml."""
    header, *lines = (line for line in lammps(*blocks).splitlines() if line[:3] != "# T")
    text = f"{header}\n---\nkeywords: ['c_rdf[1]', 'c_rdf[2]', ]\ndata:\n"
    for cells in map(str.split, lines):
        row = f"  - [{', '.join(cells[1:])}, ]\n"
        text += f"  {cells[0]}:\n" if len(cells) == 2 else row
    return text + "...\n"


def vmd(r=R, g=G):
    """What VMD's measure gofr writes: r in Å, g and the number of neighbours."""
    return rows(10.0 * r, g, coordination(r, g, 13.7))


def votca(r=R, g=G, flags=None):
    """What VOTCA writes: r in nm, g and flags."""
    flags = ["i"] * len(r) if flags is None else flags
    return "".join(f"{x:.10g} {y:.10g} {f}\n" for x, y, f in zip(r, g, flags, strict=True))


def read(text, **options):
    """Read an RDF from text."""
    return RDF.read(text.encode() if isinstance(text, str) else text, **options)
