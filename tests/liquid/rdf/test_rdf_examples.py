"""The examples are files of four programs, simulated here, that are read without warnings."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from support.rdf_samples import G, R, liquid_like, read

from surrogate_app.liquid import InverseSurrogate
from surrogate_app.liquid.data.examples import (
    EXAMPLES,
    LISTING,
    examples_dir,
    load_examples,
    load_molecules,
    to_text,
    write_examples,
    write_molecules,
)
from surrogate_app.liquid.phases import is_fluid
from surrogate_app.liquid.rdf.format import FORMATS, coordination
from surrogate_app.liquid.simulation import run as simulation


@pytest.fixture
def no_simulation(monkeypatch):
    """Replace simulations by a model g(r)."""

    def simulate(state, sweeps, seed):
        r = R * state.sigma / 0.34
        g = liquid_like(r, state.sigma)
        noise = np.random.default_rng(seed).normal(size=(32, len(r)))
        blocks = g + 0.01 * (g > 0.1) * noise
        return SimpleNamespace(
            r=r, blocks=blocks, engine="model", atoms=513, length=sweeps, seed=seed
        )

    monkeypatch.setattr(simulation, "simulate", simulate)


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_written_reads_back_to_the_same(format):
    rdf = read(to_text(format, R, G, density=13.7, title="Argon"))
    assert rdf.format == format
    np.testing.assert_allclose(rdf.r, R, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(rdf.g, G, rtol=1e-5, atol=1e-6)
    assert rdf.warnings == ()


@pytest.mark.parametrize("format", FORMATS)
def test_blocks_of_a_run_are_averaged(format):
    blocks = G + 0.01 * (G > 0.1) * np.random.default_rng(2).normal(size=(32, len(R)))
    rdf = read(to_text(format, R, blocks, density=13.7))
    np.testing.assert_allclose(rdf.g, blocks.mean(axis=0), atol=1e-5)


def test_an_unknown_format_is_refused_with_the_choices():
    with pytest.raises(ValueError, match=f"one of {', '.join(FORMATS)}, got PDF"):
        to_text("PDF", R, G, density=13.7)


def test_an_ideal_gas_has_as_many_neighbours_as_fit_the_volume():
    r = np.linspace(0.0, 1.0, 2001)
    neighbours = coordination(r, np.ones_like(r), density=10.0)
    np.testing.assert_allclose(neighbours, 10.0 * 4.0 / 3.0 * np.pi * r**3, atol=1e-4)


def test_the_examples_cover_the_formats_and_are_fluids():
    assert {example.format for example in EXAMPLES} == {"GROMACS xvg", "LAMMPS", "VMD", "CSV"}
    assert len({example.file for example in EXAMPLES}) == len(EXAMPLES)
    for example in EXAMPLES:
        state = example.state
        assert is_fluid(state.reduced_density, state.reduced_temperature)
    densities = [example.state.reduced_density for example in EXAMPLES]
    assert min(densities) < 0.25
    assert max(densities) > 0.8


@pytest.mark.usefixtures("no_simulation")
def test_examples_are_written_with_their_origin_and_loaded_again(tmp_path):
    done = []
    listing = write_examples(tmp_path / "new", seed=5, sweeps=64, progress=done.append)
    assert done == [0.25, 0.5, 0.75, 1.0]
    document = json.loads(listing.read_text(encoding="utf-8"))
    assert document["provenance"]["version"]
    for number, (example, plan) in enumerate(
        zip(load_examples(tmp_path / "new"), EXAMPLES, strict=True)
    ):
        assert (example.name, example.file, example.state) == (plan.name, plan.file, plan.state)
        assert example.run == {"engine": "model", "atoms": 513, "length": 64, "seed": 5 + number}
        rdf = example.rdf
        assert (rdf.format, rdf.name, rdf.warnings) == (plan.format, plan.file, ())
        np.testing.assert_allclose(rdf.r, R * plan.state.sigma / 0.34, atol=1e-5)


@pytest.mark.usefixtures("no_simulation")
def test_the_same_seed_writes_the_same_files(tmp_path):
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_examples(tmp_path / folder, seed=seed, sweeps=64)
    for example in EXAMPLES:
        a, b, c = ((tmp_path / folder / example.file).read_bytes() for folder in "abc")
        assert a == b != c


def test_a_missing_list_is_told_by_its_path(tmp_path):
    with pytest.raises(FileNotFoundError, match=LISTING):
        load_examples(tmp_path)


def test_shipped_examples_are_those_of_the_plan_and_show_the_size_of_their_atoms():
    shipped = load_examples()
    assert [example.state for example in shipped] == [example.state for example in EXAMPLES]
    for example in shipped:
        rdf = example.rdf
        assert (rdf.format, rdf.warnings) == (example.format, ())
        assert 1.0 < rdf.first_peak / example.state.sigma < 1.15
        assert rdf.tail.noise < 0.01
        assert len(example.data) < 60_000
    assert (examples_dir() / LISTING).stat().st_size < 10_000


def test_molecules_are_shipped_with_their_state_and_errors():
    shipped = load_molecules()
    assert [example.file for example in shipped] == ["co.csv", "f2.csv", "ch4.csv"]
    for example in shipped:
        assert (example.density, example.temperature) == (pytest.approx(13.7), 345.0)
        assert "GROMOS 54A7" in example.description
        rdf = example.rdf
        assert rdf.warnings == ()
        assert rdf.length_unit == "nm"
        assert 0.0 < rdf.g_err.max() < 0.01
        assert rdf.tail.level == pytest.approx(1.0, abs=0.003)


def test_molecules_are_written_from_their_simulations(tmp_path):
    listing = {entry["file"]: entry for entry in write_molecules(tmp_path)}
    for example in load_molecules():
        assert (tmp_path / example.file).read_bytes() == example.data
        assert listing[example.file]["description"] == example.description


def test_what_one_bead_misses_of_a_molecule_is_told():
    example = load_molecules()[0]
    fit = InverseSurrogate.load().fit(example.rdf, example.density, example.temperature)
    assert not fit.in_domain
    off = np.abs(fit.g_fit - fit.rdf.g)
    place = fit.rdf.r[np.nanargmax(off)]
    (told,) = [text for text in fit.warnings if "farthest off" in text]
    assert f"{place:.3g} nm, {np.nanmax(off):.2g} too" in told
