"""Shares of the variance are those of functions known exactly, and those of the paper's route."""

import math

import numpy as np
import pytest

from surrogate_app.electrolyte import Electrolyte, Surrogate, sensitivity
from surrogate_app.electrolyte.analysis.input_distributions import Spread
from surrogate_app.electrolyte.analysis.sampled_sensitivity import sampled
from surrogate_app.electrolyte.analysis.sensitivity import sensitivities
from surrogate_app.electrolyte.analysis.uncertain_system import UncertainSystem
from surrogate_app.electrolyte.analysis.variance import cut_parts, cut_systems, variance_parts
from surrogate_app.electrolyte.domain import WIDE

PAPER = {"d_pos": 0.01, "d_neg": 0.015}
LOW_C = Electrolyte(h=4.5, c=0.3, d_pos=0.4, d_neg=0.6, sigma_s=-0.015)
HIGH_C = LOW_C.replace(c=1.9)
MARKED = [-2.05, -1.95, -1.85, -1.55, -1.0]


class Crowd:
    """Answers with the product of the deviations of three inputs, and a little of one."""

    name, domain, metadata = "crowd", WIDE, {}

    def response(self, params, quantity, r, progress, limits):
        del quantity, progress, limits
        away = (params[:, 1:4] - LOW_C.to_array()[1:4]) / [0.02, 0.01, 0.015]
        return np.repeat((away.prod(axis=1) + 2.0 * away[:, 0])[:, None], len(r), axis=1)


@pytest.fixture(scope="module")
def surrogate():
    return Surrogate.load("wallnet")


def parts_of(function, spreads, points):
    rules = [spread.rule(points) for spread in spreads]
    grids = np.meshgrid(*(nodes for nodes, _ in rules), indexing="ij")
    names = tuple("abc"[: len(spreads)])
    mean, std, indices = variance_parts(
        function(*grids)[..., None], [weights for _, weights in rules], names
    )
    return mean[0], std[0], {names: float(part[0]) for names, part in indices.items()}


def uniform(centre, width):
    return Spread("h", centre, width, "uniform", -math.inf, math.inf)


def normal(centre, width):
    return Spread("h", centre, width, "normal", -math.inf, math.inf)


def test_ishigami_function():
    a, b = 7.0, 0.1
    inputs = [uniform(0.0, math.pi)] * 3
    mean, std, shares = parts_of(
        lambda x, y, z: np.sin(x) + a * np.sin(y) ** 2 + b * z**4 * np.sin(x), inputs, 14
    )
    of_x = 0.5 * (1.0 + b * math.pi**4 / 5.0) ** 2
    of_y = a**2 / 8.0
    of_xz = b**2 * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    variance = of_x + of_y + of_xz
    assert mean == pytest.approx(a / 2.0)
    assert std == pytest.approx(math.sqrt(variance))
    expected = {("a",): of_x, ("b",): of_y, ("a", "c"): of_xz}
    for names, share in shares.items():
        assert share == pytest.approx(expected.get(names, 0.0) / variance, abs=1e-7)


def test_linear_function_of_normal_and_uniform_inputs():
    inputs = [normal(1.0, 0.5), uniform(2.0, 0.3), normal(-1.0, 2.0)]
    mean, std, shares = parts_of(lambda x, y, z: 3.0 * x - 5.0 * y + z, inputs, 4)
    variances = np.array([1.5**2, (5.0 * 0.3) ** 2 / 3.0, 4.0])
    assert mean == pytest.approx(3.0 - 10.0 - 1.0)
    assert std == pytest.approx(math.sqrt(variances.sum()))
    assert [shares[(name,)] for name in "abc"] == pytest.approx(variances / variances.sum())
    assert sum(shares.values()) == pytest.approx(1.0)


def test_product_of_centred_inputs_is_interaction_alone():
    _, std, shares = parts_of(lambda x, y: x * y, [normal(0.0, 0.5), uniform(0.0, 3.0)], 5)
    assert std == pytest.approx(0.5 * math.sqrt(3.0))
    assert shares == pytest.approx({("a",): 0.0, ("b",): 0.0, ("a", "b"): 1.0}, abs=1e-12)


def test_product_of_inputs_that_are_not_centred():
    _, _, shares = parts_of(lambda x, y: x * y, [normal(2.0, 0.5), normal(3.0, 1.0)], 4)
    variances = np.array([(3.0 * 0.5) ** 2, (2.0 * 1.0) ** 2, 0.5**2])
    assert list(shares.values()) == pytest.approx(variances / variances.sum())


def test_a_truncated_normal_spread_has_the_moments_of_one():
    from scipy.stats import truncnorm

    spread = Spread("d_neg", 0.6, 0.05, "normal", 0.19, 0.68)
    nodes, weights = spread.rule(12)
    exact = truncnorm((0.19 - 0.6) / 0.05, (0.68 - 0.6) / 0.05, 0.6, 0.05)
    assert nodes.min() > 0.19
    assert nodes.max() < 0.68
    for power in range(1, 6):
        assert weights @ nodes**power == pytest.approx(exact.moment(power), rel=1e-9)
    assert spread.share_outside(0.2, 0.63) == pytest.approx(1 - 0.725746, abs=1e-6)


@pytest.mark.parametrize("system", [LOW_C, HIGH_C], ids=["low c", "high c"])
def test_indices_meet_the_papers_route_within_its_sampling_error(surrogate, system):
    s = sensitivity(surrogate, system, PAPER, z=MARKED)
    shares, error = sampled(surrogate, system, PAPER, samples=60, z=MARKED)
    for name in PAPER:
        assert (np.abs(s.first_order[name] - shares[name]) < 4.0 * error[name] + 2e-3).all()
    assert max(error["d_pos"]) < 0.12


@pytest.mark.slow
@pytest.mark.parametrize("system", [LOW_C, HIGH_C], ids=["low c", "high c"])
def test_indices_meet_the_papers_million_systems(surrogate, system):
    s = sensitivity(surrogate, system, PAPER, z=MARKED)
    shares, error = sampled(surrogate, system, PAPER, z=MARKED)
    for name in PAPER:
        assert (np.abs(s.first_order[name] - shares[name]) < 4.0 * error[name] + 2e-3).all()


def test_sampling_errors_are_those_of_repetitions(surrogate):
    runs = [
        sampled(surrogate, HIGH_C, PAPER, samples=40, seed=seed, z=[-1.55]) for seed in range(24)
    ]
    scatter = np.std([shares["d_pos"][0] for shares, _ in runs], ddof=1)
    told = np.sqrt(np.mean([error["d_pos"][0] ** 2 for _, error in runs]))
    assert 0.6 < told / scatter < 1.6


def test_the_charge_at_the_contact_of_cations_follows_their_size(surrogate):
    for system in (LOW_C, HIGH_C):
        s = sensitivity(surrogate, system, PAPER, z=[-2.05])
        assert s.first_order["d_pos"][0] > 0.99
        assert s.first_order["d_neg"][0] < 0.01


def test_every_bin_has_shares_that_add_up_to_one(surrogate):
    s = sensitivity(surrogate, HIGH_C, {"c": 0.05, "d_pos": 0.01, "d_neg": 0.015})
    assert s.z == pytest.approx(HIGH_C.z)
    assert len(s.indices) == 7
    defined = np.isfinite(s.first_order["c"])
    assert defined.mean() > 0.8
    assert not defined[:15].any()  # inside the wall, where nothing varies
    total = sum(s.indices.values())
    assert total[defined] == pytest.approx(1.0, abs=1e-6)
    for name in ("c", "d_pos", "d_neg"):
        assert (s.total[name][defined] >= s.first_order[name][defined]).all()
        assert s.total[name] == pytest.approx(s.total[name][::-1], nan_ok=True)
    lone = np.sum([s.first_order[name] for name in s.names], axis=0)
    mixed = np.sum(list(s.interaction.values()), axis=0)
    assert lone + mixed == pytest.approx(total, nan_ok=True)


def test_mean_and_deviation_to_first_order_in_a_small_spread(surrogate):
    s = sensitivity(surrogate, HIGH_C, {"c": 1e-3, "sigma_s": 1e-5}, quantity="n_pos")
    profile = surrogate.predict(HIGH_C)
    assert s.mean == pytest.approx(profile.n_pos, abs=1e-4)
    slopes = []
    for name, width in (("c", 1e-3), ("sigma_s", 1e-5)):
        value = getattr(HIGH_C, name)
        up, down = (
            surrogate.predict(HIGH_C.replace(**{name: value + step})).n_pos
            for step in (20 * width, -20 * width)
        )
        slopes.append((up - down) / 40.0)
    expected = np.hypot(*slopes)
    assert s.std == pytest.approx(expected, abs=0.03 * expected.max())


def test_the_integrated_charge_near_the_wall_follows_the_surface_charge(surrogate):
    s = sensitivity(
        surrogate, LOW_C, {"d_neg": 0.01, "sigma_s": 0.001}, quantity="integrated_charge"
    )
    assert s.z[-1] == pytest.approx(0.0)
    assert s.r[-1] == pytest.approx(LOW_C.h / 2)
    assert s.first_order["sigma_s"][:10] == pytest.approx(1.0, abs=1e-6)
    assert s.std[:10] == pytest.approx(0.001, rel=1e-4)


def test_points_stay_at_their_distance_from_the_wall_when_the_width_varies(surrogate):
    s = sensitivity(surrogate, LOW_C, {"h": 0.02, "d_pos": 0.01}, z=[-2.05, 2.05])
    assert (s.first_order["d_pos"] > 0.98).all()
    assert s.first_order["h"] == pytest.approx([0.0, 0.0], abs=0.01)


def test_signs_of_the_mean_left_and_right(surrogate):
    s = sensitivity(surrogate, LOW_C, PAPER, z=[-2.0, 2.0], quantity="integrated_charge")
    assert s.mean[0] == pytest.approx(-s.mean[1])
    assert s.std[0] == pytest.approx(s.std[1])


def test_finer_grids_change_nothing_that_matters(surrogate):
    default = sensitivity(surrogate, HIGH_C, PAPER)
    fine = sensitivity(surrogate, HIGH_C, PAPER, tolerance=1e-9, most_systems=1500)
    assert fine.systems > 4 * default.systems
    matters = fine.std > 0.01 * fine.std.max()
    for names, share in default.indices.items():
        difference = np.abs(share - fine.indices[names])[matters]
        assert difference.max() < 0.01
        assert (difference < default.error[matters] + 0.003).all()


def test_uniform_spreads_by_name(surrogate):
    both = sensitivity(surrogate, LOW_C, PAPER, z=[-1.9], distribution="uniform")
    one = sensitivity(surrogate, LOW_C, PAPER, z=[-1.9], distribution={"d_neg": "uniform"})
    none = sensitivity(surrogate, LOW_C, PAPER, z=[-1.9])
    shares = [s.first_order["d_neg"][0] for s in (one, both, none)]
    assert shares[0] < min(shares[1:])


def test_the_share_of_systems_outside_the_domain_is_told(surrogate):
    s = sensitivity(surrogate, HIGH_C, PAPER, z=[0.0])
    assert s.outside["d_neg"] == pytest.approx(0.02275, abs=1e-5)
    assert s.outside["d_pos"] < 1e-12
    assert len(s.warnings) == 1
    assert "2.3 % of the systems lie outside the domain by their d_neg" in s.warnings[0]
    edge = sensitivity(surrogate, HIGH_C.replace(d_neg=0.63), PAPER, z=[0.0])
    assert edge.outside["d_neg"] == pytest.approx(0.5)
    assert "were left out" in edge.warnings[1]


def test_five_inputs_at_once(surrogate):
    spread = {"h": 0.05, "c": 0.05, "d_pos": 0.01, "d_neg": 0.01, "sigma_s": 0.0005}
    s = sensitivity(surrogate, LOW_C, spread, z=[-2.0, 0.0], quantity="n_pos")
    assert {len(names) for names in s.indices} == {1, 2}
    assert len(s.indices) == 15
    assert sum(s.indices.values()) == pytest.approx(1.0)
    assert s.first_order["c"][1] > 0.9


def test_pairs_of_many_inputs_have_the_shares_of_the_grid_of_all(surrogate):
    spread = {"c": 0.05, "d_pos": 0.01, "d_neg": 0.01, "sigma_s": 0.0005}
    uncertain = UncertainSystem.of(surrogate, HIGH_C.replace(d_neg=0.55), spread, MARKED)
    nodes, weights = zip(*(one.rule(6) for one in uncertain.spreads), strict=True)
    grids = np.meshgrid(*nodes, indexing="ij")
    values = uncertain.respond(dict(zip(uncertain.names, grids, strict=True)))
    shape = (6, 6, 6, 6, len(MARKED))
    mean, std, exact = variance_parts(values.reshape(shape), weights, uncertain.names)
    s = sensitivity(surrogate, uncertain.system, spread, MARKED)
    assert s.mean == pytest.approx(mean, rel=1e-3)
    assert s.std == pytest.approx(std, rel=1e-2)
    for names, share in exact.items():
        assert s.indices.get(names, np.zeros(5)) == pytest.approx(share, abs=5e-3)


def cut(function, spreads, points):
    nodes, weights = zip(*(one.rule(points) for one in spreads), strict=True)
    names = tuple("abcde"[: len(spreads)])
    drawn = np.random.default_rng(1).integers(points, size=(500, len(spreads)))
    rows = cut_systems([one.centre for one in spreads], nodes, drawn)
    mean, std, indices, beyond = cut_parts(function(*rows.T)[:, None], weights, names, drawn)
    return mean[0], std[0], {key: part[0] for key, part in indices.items()}, beyond[0]


def test_an_expansion_in_pairs_is_exact_for_sums_of_them():
    a, b = 7.0, 0.1

    def ishigami(x, y, z, still):
        return np.sin(x) + a * np.sin(y) ** 2 + b * z**4 * np.sin(x) + 0.0 * still

    inputs = [uniform(0.3, math.pi)] * 2 + [uniform(0.2, math.pi), normal(0.0, 1.0)]
    mean, std, shares, beyond = cut(ishigami, inputs, 14)
    expected = parts_of(lambda x, y, z: ishigami(x, y, z, 0.0), inputs[:3], 14)
    assert (mean, std) == pytest.approx(expected[:2])
    assert beyond < 1e-20
    for names, share in shares.items():
        assert share == pytest.approx(expected[2].get(names, 0.0), abs=1e-12)


def test_what_an_expansion_in_pairs_leaves_out_is_measured():
    inputs = [uniform(0.0, 1.0)] * 4
    *_, beyond = cut(lambda x, y, z, w: x + 0.5 * y * z * w, inputs, 2)
    assert beyond == pytest.approx(0.25 / 9.0, rel=1e-9)  # of two values with equal weights


def test_left_out_sets_of_many_inputs_are_told():
    spread = {"h": 0.02, "c": 0.02, "d_pos": 0.01, "d_neg": 0.015, "permittivity": 1.0}
    found = sensitivity(Crowd(), LOW_C, spread, z=[-1.0])
    (sentence,) = (text for text in found.warnings if "three or more inputs" in text)
    assert "choose up to 3 inputs" in sentence


def test_the_coarsest_grid_alone_is_near_and_claims_no_error(surrogate):
    coarse = sensitivity(surrogate, HIGH_C, PAPER, MARKED, tolerance=math.inf)
    assert coarse.systems == 36
    assert np.isnan(coarse.error).all()
    fine = sensitivity(surrogate, HIGH_C, PAPER, MARKED)
    for names, share in fine.indices.items():
        assert coarse.indices[names] == pytest.approx(share, abs=0.02)


def test_several_lists_of_positions_have_their_own_answers(surrogate):
    lists = [None, MARKED, [0.0]]
    together = sensitivities(surrogate, HIGH_C, PAPER, lists, quantity="integrated_charge")
    for z, found in zip(lists, together, strict=True):
        alone = sensitivity(surrogate, HIGH_C, PAPER, z, quantity="integrated_charge")
        assert found.systems == alone.systems
        assert found.z == pytest.approx(alone.z)
        assert found.mean == pytest.approx(alone.mean, abs=1e-7)
        for names, share in alone.indices.items():
            assert found.indices[names] == pytest.approx(share, abs=2e-4, nan_ok=True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"spread": {"d_pos": 0.2}}, r"d_pos = 0\.4 ± 0\.2 nm \(normal\).* 0\.19 to 0\.68 nm"),
        ({"spread": {"radius": 0.1}}, "no input 'radius'; choose from h, c"),
        ({"spread": {}}, "at least one input"),
        ({"spread": {"c": 0.0}}, "spread of c must be a positive number in mol/L, got 0.0"),
        ({"spread": {"c": math.nan}}, "spread of c must be a positive number"),
        ({"spread": {"c": 1e-12}}, r"of c must be at least 1\.9e-06 mol/L, got 1e-12: predict"),
        ({"distribution": "cauchy"}, "no distribution 'cauchy'; choose normal or uniform"),
        ({"distribution": {"radius": "normal"}}, "no input 'radius'"),
        ({"quantity": "pressure"}, "no quantity 'pressure'"),
        ({"z": [2.3]}, r"z = 2\.3 nm lies outside the slit.* -2\.25 to 2\.25 nm"),
        ({"z": [math.nan]}, "positions z must be numbers"),
        ({"z": []}, "positions z must be numbers in nm, .*, at least one"),
        ({"z": "wall"}, "positions z must be numbers in nm"),
        ({"spread": "d_pos"}, "spread must be widths by name, .* got 'd_pos'"),
        ({"spread": {"c": "wide"}}, "spread of c must be a positive number in mol/L, got 'wide'"),
        ({"distribution": 1}, "distribution must be normal or uniform, or these by name, got 1"),
        ({"distribution": {"c": "uniform"}}, "c has a distribution, but no spread"),
        ({"tolerance": -1}, "tolerance must be positive, got -1"),
        ({"tolerance": math.nan}, "tolerance must be positive, got nan"),
        ({"system": LOW_C.replace(c=5.0)}, "c = 5 mol/L is outside"),
        ({"most_systems": 20}, "20 systems are too few to resolve 2 inputs"),
    ],
)
def test_what_cannot_be_answered_is_refused(surrogate, options, words):
    arguments = {"system": LOW_C, "spread": PAPER, **options}
    with pytest.raises(ValueError, match=words):
        sensitivity(surrogate, **arguments)


def test_the_papers_route_takes_two_inputs(surrogate):
    with pytest.raises(ValueError, match="takes two inputs with a spread, got 1"):
        sampled(surrogate, LOW_C, {"c": 0.01})


def test_the_papers_route_takes_enough_values_to_tell_its_error(surrogate):
    with pytest.raises(ValueError, match="at least 40 values of each input are needed, got 10"):
        sampled(surrogate, LOW_C, PAPER, samples=10)
