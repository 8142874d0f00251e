"""What this half offers to commands, report and pages."""

from __future__ import annotations

from surrogate_app.common.lazy import Lazy
from surrogate_app.subjects import Input, Page, Subject

ELECTROLYTE = Subject(
    name="electrolyte",
    title="Confined electrolytes",
    page=Page(
        notebook="confined_electrolyte",
        title="Ions in a charged slit",
        summary="How are the ions of a salt distributed between two charged walls, how is the "
        "walls’ charge screened, and which input matters most? Move sliders and see, for salts "
        "from NaCl to LaCl₃, with simulation and theory beside the prediction.",
        picture=Lazy("surrogate_app.electrolyte.export.picture:picture"),
        alt="Densities of cations and anions, layered at both walls",
    ),
    simulation="Simulate the density profiles of one electrolyte by Monte Carlo.",
    inputs=(
        Input("h", "slit width in nm"),
        Input("c", "salt concentration in mol/L"),
        Input("d_pos", "cation diameter in nm"),
        Input("d_neg", "anion diameter in nm"),
        Input("sigma_s", "surface charge density in C/m²"),
        Input("z_pos", "valency of cations: 1, 2 or 3", 1),
        Input("z_neg", "valency of anions: -1 or -2", -1),
        Input("temperature", "temperature in K", 298.0),
        Input("permittivity", "relative permittivity of the solvent", 80.0),
    ),
    simulate=Lazy("surrogate_app.electrolyte.export.profiles:simulate"),
    designs=Lazy("surrogate_app.electrolyte.data.dataset:DESIGNS"),
    design="sobol",
    other_designs="a CSV file of systems",
    campaign=Lazy("surrogate_app.electrolyte.data.dataset:campaign"),
    models=Lazy("surrogate_app.electrolyte.surrogate.model:MODELS"),
    model="saltnet",
    data="salts (wide, wide-dense, some of sobol, dense and densest), all (sobol, dense, densest, "
    "four fifths of the grid), any design or the folder of a campaign",
    train=Lazy("surrogate_app.electrolyte.training.train:train"),
    evaluation=Lazy("surrogate_app.electrolyte.evaluation.evaluate"),
    own_evaluation=Lazy("surrogate_app.electrolyte.evaluation.own"),
    benchmark=Lazy("surrogate_app.electrolyte.evaluation.benchmark:figures"),
    report=Lazy("surrogate_app.reports.electrolyte.sections:sections"),
)
