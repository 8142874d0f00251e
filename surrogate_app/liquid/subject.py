"""What this half offers to commands, report and pages."""

from __future__ import annotations

from surrogate_app.common.lazy import Lazy
from surrogate_app.subjects import Input, Page, Subject

LIQUID = Subject(
    name="liquid",
    title="Lennard-Jones fluids",
    page=Page(
        notebook="lennard_jones_fit",
        title="Lennard-Jones parameters from *g*(*r*)",
        summary="Which Lennard-Jones potential reproduces the structure of a simple liquid? Upload "
        "*g*(*r*) or *S*(*q*) as your program wrote it, and obtain *σ* and *ε* with their "
        "uncertainty, other methods beside them, and the lines for GROMACS, LAMMPS or OpenMM.",
        picture=Lazy("surrogate_app.liquid.export.picture:picture"),
        alt="Radial distribution function of liquid argon, with shells of neighbours",
    ),
    simulation="Simulate g(r), pressure and energy of one Lennard-Jones fluid.",
    inputs=(
        Input("c12", "repulsion C12 in kJ/mol nm¹²"),
        Input("c6", "attraction C6 in kJ/mol nm⁶"),
        Input("density", "number density in nm⁻³"),
        Input("temperature", "temperature in K"),
        Input(
            "engine",
            "monte-carlo or lammps; the latter runs molecular dynamics, and sweeps are then time "
            "steps",
            "monte-carlo",
        ),
    ),
    simulate=Lazy("surrogate_app.liquid.export.simulation:simulate"),
    designs=Lazy("surrogate_app.liquid.data.designs:DESIGNS"),
    design="states",
    campaign=Lazy("surrogate_app.liquid.evaluation.beads:campaign"),
    other_designs="beads: one particle for each molecule of molecules, by every method",
    models=Lazy("surrogate_app.liquid.training.forward:TRAINABLE"),
    model="structure",
    train=Lazy("surrogate_app.liquid.training.train:train"),
    evaluation=Lazy("surrogate_app.liquid.evaluation.evaluate"),
    benchmark=Lazy("surrogate_app.liquid.evaluation.benchmark:figures"),
    report=Lazy("surrogate_app.reports.liquid.sections:sections"),
)
