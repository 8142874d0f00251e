"""Designs cover the fluids that are asked for, and no simulation is on two sides of the split."""

import numpy as np
import pytest
from scipy.spatial import cKDTree
from support.liquid_samples import expansion

from surrogate_app.campaign import Campaign, system_seed
from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid import LJState
from surrogate_app.liquid.data.dataset import TRAINED, Structures, split
from surrogate_app.liquid.data.dataset import sides as training_sides
from surrogate_app.liquid.data.designs import (
    ARGON,
    DESIGNS,
    MIN_COUPLING,
    REDUCED,
    campaign,
    data_dir,
    is_drawn,
    outside,
    physical_states,
    reduced_states,
    simulate_row,
)
from surrogate_app.liquid.forward.draws import draw_systems
from surrogate_app.liquid.forward.structure import structure
from surrogate_app.liquid.phases import (
    CRITICAL_TEMPERATURE,
    freezing_density,
    saturated_liquid_density,
    simulated_freezing_density,
)
from surrogate_app.liquid.simulation.bins import N_BINS, REACH, WIDTH, distances, ideal_pairs
from surrogate_app.liquid.state import (
    CORE_DENSITY,
    PARAMETERS,
    TABLE_1,
    TRANSFERABILITY,
    from_reduced,
)

BOXES = {"Table 1": TABLE_1, "transferability": TRANSFERABILITY}


@pytest.fixture(scope="module")
def states():
    return Structures.load("states")


@pytest.fixture(scope="module")
def sides(states):
    return draw_systems(states, expansion(), TABLE_1, 1500, seed=3)


def reduced(rows):
    """ρ* and T* of rows of C12, C6, density and temperature."""
    c12, c6, density, temperature = rows.T
    return density * np.sqrt(c12 / c6), GAS_CONSTANT * temperature * 4.0 * c12 / c6**2


def places(rows):
    return positions(*from_reduced(*reduced(rows)))


def positions(coupling, attraction):
    """Coordinates in which neighbours are sought: ρs³ and a."""
    return np.stack((CORE_DENSITY * coupling, attraction), axis=1)


# ---------------------------------------------------------------- bins


def test_bins_fill_the_reach_with_shells():
    assert distances()[[0, -1]] == pytest.approx([0.5 * WIDTH, REACH - 0.5 * WIDTH])
    assert np.diff(distances()) == pytest.approx(np.full(N_BINS - 1, WIDTH))
    whole = 0.5 * 513 * 4.0 / 3.0 * np.pi * REACH**3
    assert ideal_pairs(513).sum() == pytest.approx(whole)


# ---------------------------------------------------------------- states in reduced units


def test_simulated_states_are_fluids_and_reach_a_little_beyond_what_is_answered():
    density, t_star = reduced_states(832, seed=1).T
    assert (density < 0.99 * simulated_freezing_density(t_star)).all()
    cold = t_star < CRITICAL_TEMPERATURE
    assert (density[cold] > 0.98 * saturated_liquid_density(t_star[cold])).all()
    assert 0.1 < cold.mean() < 0.6
    coupling, attraction = from_reduced(density, t_star)
    assert coupling.min() >= MIN_COUPLING * (1.0 - 1e-9)
    assert coupling.min() < 0.0425
    assert coupling.max() > 0.71
    assert attraction.min() < 0.09
    assert t_star.min() < 0.76


def test_simulated_states_are_denser_towards_freezing():
    density, t_star = reduced_states(1024, seed=1).T
    hot = t_star > CRITICAL_TEMPERATURE
    place = density[hot] / simulated_freezing_density(t_star[hot])
    assert np.mean(place > 0.9) > 1.2 * np.mean((place > 0.45) & (place < 0.55))


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_every_fluid_of_a_box_lies_among_the_simulated_states(box, states):
    """No drawn system is farther from a simulated state than some of those are from each other."""
    simulated = positions(states.coupling, states.attraction)
    tree = cKDTree(simulated)
    drawn = places(physical_states(box, 2000, seed=4))
    spacing = tree.query(simulated, k=2)[0][:, 1]
    assert tree.query(drawn)[0].max() < 2.5 * spacing.max()
    assert np.quantile(tree.query(drawn)[0], 0.9) < 0.05
    low, high = simulated.min(axis=0), simulated.max(axis=0)
    assert (drawn > low).all()
    assert (drawn < high).all()


def test_at_least_800_states_are_simulated_and_100_others_for_tests():
    assert DESIGNS["states"].number >= 800
    assert DESIGNS["test"].number >= 100
    assert DESIGNS["direct"].number >= 40
    assert DESIGNS["argon"].number == 121
    training, test = (DESIGNS[name].states(DESIGNS[name].number) for name in ("states", "test"))
    assert cKDTree(training).query(test)[0].min() > 1e-5


def test_no_two_designs_share_random_numbers():
    seeds = [system_seed(plan.seed, i) for plan in DESIGNS.values() for i in range(plan.number)]
    assert len({plan.seed for plan in DESIGNS.values()}) == len(DESIGNS)
    assert len(set(seeds)) == len(seeds)


@pytest.mark.parametrize("name", DESIGNS)
def test_longer_designs_begin_with_the_shorter_ones(name):
    plan = DESIGNS[name]
    number = min(9, plan.number - 1)
    few, all_of_them = plan.states(number), plan.states(plan.number)
    assert len(all_of_them) == plan.number
    assert len(few) == number
    assert all_of_them.shape[1] == len(plan.names)
    assert (all_of_them[:number] == few).all()


# ---------------------------------------------------------------- physical systems


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_drawn_systems_are_fluids_of_the_box(box):
    drawn = physical_states(box, 3000, seed=5)
    assert drawn.shape == (3000, 4)
    low, high = np.array([box[name] for name in PARAMETERS]).T
    assert (drawn >= low).all()
    assert (drawn <= high).all()
    assert is_drawn(*reduced(drawn)).all()
    state = LJState(*drawn[0].tolist())
    assert (state.reduced_density, state.reduced_temperature) == pytest.approx(
        [value[0] for value in reduced(drawn)]
    )


def test_seventy_per_cent_of_uniform_draws_are_kept_uniformly():
    drawn = physical_states(TABLE_1, 4000, seed=6)
    low, high = np.array([TABLE_1[name] for name in PARAMETERS]).T
    uniform = np.random.default_rng(7).uniform(low, high, (20_000, 4))
    kept = uniform[is_drawn(*reduced(uniform))]
    assert len(kept) / len(uniform) == pytest.approx(0.7, abs=0.06)
    spread = kept.std(axis=0)
    assert drawn.mean(axis=0) == pytest.approx(kept.mean(axis=0), abs=0.06 * spread.max())
    assert (np.abs(drawn.mean(axis=0) - kept.mean(axis=0)) < 0.06 * spread).all()


def test_directly_simulated_systems_are_in_turn_inside_table_1_and_outside():
    rows = DESIGNS["direct"].states(48)
    wide = outside(rows, TABLE_1)
    assert (wide[1::2]).all()
    assert not wide[::2].any()
    assert not outside(rows, TRANSFERABILITY).any()
    assert is_drawn(*reduced(rows)).all()
    assert DESIGNS["direct"].run == {"sweeps": 96_000, "engine": "lammps", "atoms": 864}


def test_argon_is_simulated_on_eleven_by_eleven_states():
    rows = DESIGNS["argon"].states(121)
    assert len(np.unique(rows[:, 2])) == len(np.unique(rows[:, 3])) == 11
    assert rows[[0, -1], 2:].tolist() == [[8.0, 290.0], [19.4, 400.0]]
    assert (rows[:, :2] == list(ARGON.values())).all()
    assert is_drawn(*reduced(rows)).all()


def test_unknown_designs_are_refused_with_the_choice():
    with pytest.raises(ValueError, match=r"design must be one of states, test.*, got nonsense"):
        campaign("nonsense")


@pytest.mark.parametrize(
    ("design", "number", "words"),
    [
        ("states", 0, "the number of systems must be at least 1, got 0"),
        ("argon", -1, "the number of systems must be at least 1, got -1"),
        ("argon", 122, "argon holds 121 systems, fewer than 122"),
        ("direct", 49, "direct holds 48 systems, fewer than 49"),
    ],
)
def test_a_design_gives_as_many_states_as_are_asked_for_or_says_why_not(design, number, words):
    with pytest.raises(ValueError, match=words):
        campaign(design, number)


# ---------------------------------------------------------------- campaigns


def test_a_campaign_simulates_a_design_into_its_folder(tmp_path):
    plan = campaign("direct", 5, tmp_path)
    assert isinstance(plan, Campaign)
    assert plan.folder == tmp_path
    assert plan.parameters.shape == (5, 4)
    assert plan.options["engine"] == "lammps"
    assert plan.options["design"] == "direct"
    assert campaign("states").folder == data_dir("states")


def test_rows_of_either_kind_are_simulated(monkeypatch):
    from surrogate_app.liquid.simulation import run as simulation

    seen = []

    class Result:
        g = g_sem = np.ones(N_BINS)
        blocks = np.arange(32.0)[:, None] * np.ones(N_BINS)
        pressure = pressure_sem = energy = energy_sem = 1.0
        atoms, length = 513, 64

    def simulate(state, **options):
        seen.append((state, options))
        return Result()

    monkeypatch.setattr(simulation, "simulate", simulate)
    kept = simulate_row(np.array([0.5, 2.0]), seed=3, sweeps=64)
    assert "parts" not in kept
    kept = simulate_row(np.array([9.7e-6, 6.22e-3, 13.7, 345.0]), seed=4, sweeps=64)
    # the first 1, 2, 4, 8 and 16 of 32 blocks
    assert kept["parts"].shape == (5, N_BINS)
    assert kept["parts"][:, 0].tolist() == [0.0, 0.5, 1.5, 3.5, 7.5]
    (reduced_state, options), (argon, _) = seen
    assert options == {"seed": 3, "sweeps": 64}
    assert (reduced_state.reduced_density, reduced_state.reduced_temperature) == pytest.approx(
        (0.5, 2.0)
    )
    assert argon == LJState(9.7e-6, 6.22e-3, 13.7, 345.0)


# ---------------------------------------------------------------- simulated structures


def test_shipped_states_are_those_of_the_design(states):
    assert states.description["names"] == list(REDUCED)
    assert len(states) == states.description["systems"] >= 800
    planned = DESIGNS["states"].states(DESIGNS["states"].number)
    index = states.results["index"]
    assert states.parameters == pytest.approx(planned[index])
    assert positions(states.coupling, states.attraction) == pytest.approx(
        positions(*from_reduced(*planned[index].T))
    )
    seeds = [system_seed(states.description["seed"], i) for i in index[:5].tolist()]
    assert states.results["seed"][:5].tolist() == seeds


def test_states_can_be_picked_by_index_or_mask(states):
    some = states.take(np.array([5, 2]))
    assert len(some) == 2
    assert some.g.shape == (2, N_BINS)
    assert some.coupling.tolist() == states.coupling[[5, 2]].tolist()
    mask = states.coupling > 0.7
    assert len(states.take(mask)) == mask.sum() == len(states.take(mask).results["pressure"])


@pytest.mark.parametrize("number", [8, 100, 832])
def test_every_state_is_on_one_side(number):
    parts = split(number)
    sizes = np.array([len(part) for part in parts])
    assert np.abs(sizes - number * np.array([0.75, 0.125, 0.125])).max() < 1.0
    assert sorted(np.concatenate(parts).tolist()) == list(range(number))
    assert all((a == b).all() for a, b in zip(parts, split(number), strict=True))


def test_no_run_is_behind_systems_of_two_sides(states, sides):
    simulated = cKDTree(positions(states.coupling, states.attraction))
    used = [set(simulated.query(places(side.parameters))[1].tolist()) for side in sides]
    for side, part in zip(used, split(len(states)), strict=True):
        assert side <= set(part.tolist())
    assert not (used[0] & used[1])
    assert not (used[0] & used[2])
    assert not (used[1] & used[2])


def test_drawn_systems_are_divided_as_the_states(sides):
    sizes = np.array([len(side.parameters) for side in sides])
    assert sizes.sum() == 1500
    assert sizes / 1500 == pytest.approx([0.75, 0.125, 0.125], abs=0.06)
    for side in sides:
        assert side.g.shape == (len(side.parameters), N_BINS)
        assert side.g.dtype == np.float32
        assert side.g.min() >= 0.0


def test_drawn_structures_have_the_noise_of_a_single_run(states, sides):
    """Spread about the smooth curve, in units of the standard errors of the runs behind."""
    simulated = cKDTree(positions(states.coupling, states.attraction))
    drawn = sides[1]
    nearest = simulated.query(places(drawn.parameters))[1]
    coupling, attraction = from_reduced(*reduced(drawn.parameters))
    smooth = structure(expansion(), distances(), WIDTH, coupling, attraction)
    shells = slice(150, 399)
    ratio = (drawn.g - smooth)[:, shells] / states.g_sem[nearest, shells]
    assert np.sqrt(np.mean(ratio**2)) == pytest.approx(1.0, abs=0.25)
    # also from bin to bin, where smooth deviations do not show
    fine = np.diff(drawn.g - smooth, 2)[:, 149:398]
    errors = np.sqrt(6.0) * states.g_sem[nearest, shells]
    assert np.sqrt(np.mean((fine / errors) ** 2)) == pytest.approx(1.0, abs=0.2)


def test_the_same_seed_draws_the_same_systems(states, sides):
    again = draw_systems(states, expansion(), TABLE_1, 1500, seed=3)
    other = draw_systems(states, expansion(), TABLE_1, 1500, seed=4)
    assert (again[0].parameters == sides[0].parameters).all()
    assert (again[0].g == sides[0].g).all()
    assert not np.isin(other[0].parameters, sides[0].parameters).any()


# ---------------------------------------------------------------- cold and metastable liquids


def test_cold_states_surround_the_liquid_down_to_the_triple_point():
    density, t_star = DESIGNS["cold"].states(208).T
    assert t_star.min() < 0.67
    assert np.median(t_star) < 0.8
    freezing = density / freezing_density(t_star)
    assert freezing.max() > 1.02
    assert freezing.max() <= 1.03 + 1e-9
    below = t_star < 1.25
    saturated = density[below] / saturated_liquid_density(t_star[below])
    assert saturated.min() < 0.97
    assert saturated.min() > 0.94


def test_each_campaign_is_split_for_itself():
    campaigns = [Structures.load(design) for design in TRAINED]
    for number, side in enumerate(training_sides()):
        expected = [part.parameters[split(len(part))[number]] for part in campaigns]
        assert (side.parameters == np.concatenate(expected)).all()
        assert len(side.results["atoms"]) == len(side.g) == len(side.coupling) == len(side)
    few = campaigns[0].take(np.arange(64))
    assert [len(side) for side in training_sides(few)] == [48 + 156, 8 + 26, 8 + 26]


def test_no_metastable_liquid_froze_or_tore_while_it_was_simulated():
    course = Structures.load("cold").results["course"].astype(float)
    assert len(course) == DESIGNS["cold"].number
    drift = course[:, 16:].mean(axis=1) - course[:, :16].mean(axis=1)
    assert np.abs(drift).max() < 0.1  # freezing lowers it by some tenths of ε
