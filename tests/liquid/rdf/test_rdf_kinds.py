"""Files as people write them: each kind of oddity is read right, or refused by its true cause."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.rdf_samples import liquid_like, read, rows, xvg

from surrogate_app.liquid.rdf.columns import grows
from surrogate_app.liquid.rdf.sampling import bin_edges, cells, possible_samplings

settings.register_profile("same examples every time", derandomize=True, deadline=None)
settings.load_profile("same examples every time")

R = (np.arange(150) + 0.5) * 0.1  # Å
G = liquid_like(R / 10.0)
OTHER = liquid_like(R / 10.0, 0.45)
ERR = 0.02 * G + 0.01


PAIRS = list(zip(R.tolist(), G.tolist(), strict=True))


def frame(g, r=R):
    return rows(r, g)


def noisy(number, noise=0.02):
    """So many g(r), each from another part of a run."""
    rng = np.random.default_rng(number)
    return [G + noise * (G > 0.05) * rng.normal(size=len(R)) for _ in range(number)]


def bond(at, height=20.0, width=0.06):
    return height * np.exp(-(((R - at) / width) ** 2))


# Rounded distances


@pytest.mark.parametrize(
    ("step", "first", "decimals"),
    [(0.00098, 0.0, 3), (1.0 / 1024.0, 0.5, 3), (0.0217, 0.5, 2), (0.013, 1.0, 2)],
)
@pytest.mark.parametrize("cut_off", [False, True], ids=["rounded", "truncated"])
def test_rounded_distances_go_back_to_their_grid(step, first, decimals, cut_off):
    exact = (np.arange(round(15.0 * 0.1 / step) if step < 0.01 else 700) + first) * step
    g = liquid_like(exact if step < 0.01 else exact / 10.0)
    printed = np.floor(exact * 10.0**decimals + 1e-9) / 10.0**decimals if cut_off else exact
    rdf = read(rows(printed, g, form=f"%.{decimals}f"), length_unit="nm" if step < 0.01 else "Å")
    expected = exact if step < 0.01 else exact / 10.0
    assert len(rdf.r) == len(exact)
    tolerance = (1.0 if cut_off else 0.2) * 10.0**-decimals * (1.0 if step < 0.01 else 0.1)
    np.testing.assert_allclose(rdf.r, expected, atol=tolerance)
    assert np.ptp(np.diff(rdf.r)) < 1e-9
    assert any("put back on their even grid" in sentence for sentence in rdf.warnings)


def test_uneven_distances_stay_as_they_are():
    r = np.sort(np.random.default_rng(1).uniform(0.2, 1.5, 80)).round(3)
    r = np.unique(r)
    np.testing.assert_array_equal(read(rows(r, liquid_like(r), form="%.3f")).r, r)


# Units


@pytest.mark.parametrize(
    ("head", "per_nm", "unit"),
    [
        ("# column 1: distance [A]\n# column 2: g(r)\n", 10.0, "Å"),
        ("# first column: r (nm), second column: g(r)\n", 1.0, "nm"),
        ("# Distances in Å\n# r g\n", 10.0, "Å"),
        ("# distances in bohr\n", 1.0 / 0.052917721, "bohr"),
        ("r/pm g\n", 1000.0, "pm"),
        ("# r (m) g\n", 1e-9, "m"),
        ("# units: angstrom\n", 10.0, "Å"),
        ("# r in units of sigma\n", 1.0 / 0.34, "σ"),
        ("", 1000.0, "pm"),
        ("", 1e-9, "m"),
    ],
)
def test_the_unit_is_found_wherever_a_file_says_it(head, per_nm, unit):
    rdf = read(head + rows(0.1 * R * per_nm, G, form="%.7g"), sigma=0.34)
    assert rdf.length_unit == unit
    np.testing.assert_allclose(rdf.r, 0.1 * R, rtol=1e-5)


@pytest.mark.parametrize("per_nm", [1.0, 10.0])
@pytest.mark.parametrize("at", [0.95, 1.1, 1.54, 2.0])
def test_bonded_peaks_are_not_taken_for_those_of_neighbours(per_nm, at):
    rdf = read(rows(0.1 * R * per_nm, G + bond(at)))
    assert rdf.length_unit == ("nm" if per_nm == 1.0 else "Å")
    assert rdf.first_peak == pytest.approx(0.375, abs=0.006)
    assert "lies at 3.75" in rdf.assumptions[0] or "lies at 0.375" in rdf.assumptions[0]
    assert any("stands apart, as those of bonds" in sentence for sentence in rdf.warnings)


def test_all_columns_share_the_unit_of_the_file():
    text = "r,O-O,O-H\n" + rows(R, G, np.where(R > 2.6, 1.0, bond(1.8, 5.0)), separator=",")
    for column in (0, 1):
        assert read(text, column=column).length_unit == "Å"


# Several tables


@pytest.mark.parametrize(
    "head", ["", "\n\n", "timestep {}\n", "# frame {}\n", "# Time = {}.0 ps\n", "{} 150\n"]
)
def test_frames_are_averaged(head):
    parts = noisy(4)
    text = "".join(head.format(100 * i) + frame(g) for i, g in enumerate(parts, start=1))
    rdf = read(text)
    np.testing.assert_allclose(rdf.g, np.mean(parts, axis=0), atol=1e-5)
    assert "The 4 tables were averaged." in rdf.assumptions


def test_the_last_of_cumulative_frames_is_taken():
    parts = noisy(6)
    means = [np.mean(parts[: i + 1], axis=0) for i in range(6)]
    rdf = read("".join(f"# step {i}\n" + frame(g) for i, g in enumerate(means, start=1)))
    np.testing.assert_allclose(rdf.g, means[-1], atol=1e-5)
    assert "The last of 6 tables, a running average, was taken." in rdf.assumptions


@pytest.mark.parametrize(
    ("heads", "names"),
    [
        (("# Ar-Ar", "# Ar-Kr"), ("Ar-Ar", "Ar-Kr")),
        (("pair: A-A", "pair: A-B"), ("A-A", "A-B")),
        (("# pair 1 1\n# r g(r)", "# pair 1 2\n# r g(r)"), ("1 1", "1 2")),
        (("", ""), ("table 1", "table 2")),
    ],
)
def test_sections_of_pairs_become_columns(heads, names):
    text = "".join(f"{head}\n" + frame(g) for head, g in zip(heads, (G, OTHER), strict=True))
    rdf = read(text, column=1)
    assert rdf.columns == names
    np.testing.assert_allclose(rdf.g, OTHER, atol=1e-5)


def test_a_last_frame_that_is_cut_off_is_left_out():
    parts = noisy(3)
    text = "".join(f"frame {i}\n" + frame(g) for i, g in enumerate(parts, start=1))
    rdf = read(text[:-900])
    np.testing.assert_allclose(rdf.g, np.mean(parts[:2], axis=0), atol=1e-5)
    assert "The last table is cut off and was left out." in rdf.warnings


# Where the table starts


@pytest.mark.parametrize(
    "head",
    [
        "150\n",
        "150 0.1\n",
        "rmax 15.0\nnbins 150\n 864 0.02 15.0\n",
        "1. Argon, run 3, T = 85 K\n2 types, 864 atoms\n",
        "# Argon, 85 K\n",
        "Argon, 85 K\n",
        "Density of the fluid = 0.75\nTemperature T = 1.3\n\n",
    ],
)
def test_what_stands_above_is_no_row(head):
    rdf = read(head + frame(G) + "# end of the table\n")
    np.testing.assert_allclose(rdf.g, G, atol=1e-5)
    assert (rdf.format, rdf.length_unit, rdf.warnings) == ("text columns", "Å", ())


# Columns


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        ("# r A-A A-B\n", (R, G, ERR, OTHER, ERR)),
        ("# r(A) g(r) err\n", (R, G, ERR)),
        ("# r g(r) +/-\n", (R, G, ERR)),
        ("", (R, G, ERR)),
        ("#L r G(r) dr dG\n", (R, G, 0.0 * R, ERR)),
    ],
)
def test_errors_beside_g_are_kept_as_errors(head, columns):
    rdf = read(head + rows(*columns))
    np.testing.assert_allclose(rdf.g, G, atol=1e-5)
    np.testing.assert_allclose(rdf.g_err, ERR, atol=1e-5)
    assert len(rdf.columns) == (2 if "A-B" in head else 1)


@pytest.mark.parametrize("head", ["# r block1 block2 block3 average\n", "", "# r b1 b2 b3 mean\n"])
def test_the_average_is_preferred_to_blocks(head):
    parts = noisy(3)
    rdf = read(head + rows(R, *parts, np.mean(parts, axis=0)))
    assert rdf.column == 3
    assert "Of 4 columns that may be g(r), the average of the others was taken." in rdf.assumptions


COUNTS = 30.0 * G * R**2


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        ("", (np.arange(150), R, G, COUNTS)),
        ("", (R, COUNTS, G)),
        ("# r dn(r) g(r) n(r)\n", (R, COUNTS, G, np.cumsum(COUNTS))),
        ("Bin Counts Distance Raw g(r)\n", (np.arange(1, 151), COUNTS, R, G)),
        ("Column 1: r in Å\nColumn 2: counts\nColumn 3: g(r)\n", (R, 1.0 + 0.0 * R, G)),
        ("", (G, R)),
        ("# g r\n", (G, R)),
    ],
)
def test_g_is_found_among_other_columns(head, columns):
    rdf = read(head + rows(*columns))
    np.testing.assert_allclose(rdf.r, 0.1 * R, atol=1e-6)
    np.testing.assert_allclose(rdf.g, G, atol=1e-5)
    assert len(rdf.columns) == 1


# What is no g(r)

Q = (np.arange(200) + 1.0) * 0.05
S = 1.0 + 1.5 * np.exp(-(((Q - 2.0) / 0.15) ** 2)) - np.exp(-((Q / 1.2) ** 4))
REDUCED = 4.0 * np.pi * 0.0213 * R * (G - 1.0)
ANGLES = np.arange(0.5, 180.0)
LATE = np.maximum(np.sin(np.pi * R / 15.0), 0.0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# k S(k)\n" + rows(Q, S), "wave numbers q"),
        ("q (A^-1),intensity\n" + rows(Q, S, separator=","), "wave numbers q"),
        ("# structure factor of argon\n" + rows(Q, S), "structure factor"),
        ("# R P(R)\n" + rows(R, LATE), r"P\(r\), the distribution"),
        (rows(R, LATE), r"a distribution or P\(r\)"),
        ("# angle (degree) p\n" + rows(ANGLES, LATE.repeat(2)[: len(ANGLES)]), "angle"),
        (rows(ANGLES, np.exp(-(((ANGLES - 109.0) / 10.0) ** 2)) / 17.72), "angles in degrees"),
        ("# z (nm) density\n" + rows(0.1 * R, 1000.0 + 0.0 * R), r"the x axis is “z \(nm\)”"),
        ("# g(r, t) at t = 3\n" + frame(G), r"g\(r, t\)"),
        ("".join(rows([r] * 4, range(4), [g] * 4) for r, g in zip(R, G, strict=True)), "4 times"),
        (frame(REDUCED), "reduced G"),
        (rows(R[15:], REDUCED[15:]), "reduced G"),
        (frame(G - 1.0), r"g\(r\) − 1; add 1"),
        (rows(R[20:], G[20:] - 1.0), r"g\(r\) − 1; add 1"),
        (frame(COUNTS), "grow as r², as counts of pairs"),
        (xvg(0.01 * COUNTS, r=0.1 * R).replace("-bin 0.002", "-norm none"), "-norm none"),
        (rows(R, R * G), "grow as r, as the total correlation function"),
        (
            "# Chunk-averaged data for fix 5\n# Chunk Coord1 Ncount density/number\n"
            + rows(range(1, 151), R, 3.0 + 0.0 * R, 0.02 + 0.001 * G),
            "a density profile",
        ),
        (rows(R, 1.0 + 0.01 * (G - 1.0)), "nowhere near 0"),
        (rows(np.arange(150), G), "counts the rows, 0, 1, 2"),
        ("".join(f"{g:.4f}\n" for g in G), "without distances"),
    ],
)
def test_what_is_no_g_is_refused_by_its_name(text, reason):
    with pytest.raises(ValueError, match=reason):
        read(text)


@pytest.mark.parametrize(
    ("option", "words"), [("-xy", "two-dimensional"), ("-norm number_density", "normalise it")]
)
def test_options_of_gmx_rdf_are_warned_of(option, words):
    text = xvg(G, r=0.1 * R).replace("-bin 0.002", option)
    assert any(option.split()[0] in text and words in text for text in read(text).warnings)


def test_g_minus_1_and_the_reduced_function_are_converted_when_asked():
    np.testing.assert_allclose(read(frame(G - 1.0), quantity="g-1").g, G, atol=1e-5)
    text = "#L r G(r) dr dG\n" + rows(R, REDUCED, 0.0 * R, ERR)
    rdf = read(text, quantity="reduced", density=21.3)
    np.testing.assert_allclose(rdf.g, G, atol=1e-4)
    np.testing.assert_allclose(rdf.g_err, ERR / (4.0 * np.pi * 0.0213 * R), rtol=1e-2)
    with pytest.raises(ValueError, match="needs the density"):
        read(text, quantity="reduced")
    with pytest.raises(ValueError, match="quantity must be one of g, g-1, reduced, got “h”"):
        read(text, quantity="h")


# Beyond half of the box


@pytest.mark.parametrize("half", [10.0, 12.0, 13.2])
@pytest.mark.parametrize("sides", [1, 2, 3])
@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_a_fall_beyond_half_of_the_box_is_told_and_cut(half, sides, noise):
    r = (np.arange(190) + 0.5) * 0.1
    whole = liquid_like(r / 10.0)
    share = np.where(r > half, np.maximum(1.0 - sides * (1.0 - half / r), 0.0), 1.0)
    g = whole * share + noise * (whole > 0.1) * np.random.default_rng(2).normal(size=len(r))
    rdf = read(rows(r, g))
    assert rdf.half_box == pytest.approx(0.1 * half, abs=0.04)
    assert rdf.tail.level == pytest.approx(1.0, abs=0.02)
    assert any("falls beyond" in sentence for sentence in rdf.warnings)
    assert not any("normalise" in sentence for sentence in rdf.warnings)
    cut = rdf.cut()
    assert cut.r[-1] <= rdf.half_box
    assert cut.half_box is None
    assert cut.warnings[-1] == f"g(r) was cut at {rdf.half_box:.3g} nm."
    assert not any("falls beyond" in sentence for sentence in cut.warnings)


def test_no_fall_is_seen_where_there_is_none():
    for g in (G, OTHER, 0.95 * G, noisy(2)[0]):
        assert read(frame(g)).half_box is None
    with pytest.raises(ValueError, match="does not fall as it does beyond half"):
        read(frame(G)).cut()
    assert read(frame(G)).cut(1.0).r[-1] <= 1.0


def test_a_level_far_below_1_is_not_normalised_away():
    for level in (0.02, 0.2, 0.4):
        rdf = read(frame(level * G), length_unit="Å")
        assert any("far below 1" in sentence for sentence in rdf.warnings)
        with pytest.raises(ValueError, match="would hide what is wrong"):
            rdf.normalised()


# Small forms


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"r": R.tolist(), "g": G.tolist()}),
        json.dumps({"rdf": {"Ar-Ar": {"distance": R.tolist(), "g": G.tolist()}}}, indent=2),
        json.dumps([{"r": x, "g_r": y} for x, y in zip(R.tolist(), G.tolist(), strict=True)]),
        "{" + " ".join(map(str, R)) + "} {" + " ".join(map(str, G)) + "}\n",
        "{" + "\n".join(map(str, R)) + "}\n{" + "\n".join(map(str, G)) + "}\n",
        "".join(f"{x:.2f}\t {y:.6f} \t\n" for x, y in zip(R, G, strict=True)),
        f"[{', '.join(f'({x:.2f}, {y:.6f})' for x, y in PAIRS)}]",
        "".join(f"({x:.2f}, {y:.6f}),\n" for x, y in PAIRS),
        f"{{{', '.join(f'{{{x:.2f}, {y:.6f}}}' for x, y in PAIRS)}}}",
        str({"r": R.tolist(), "g": G.tolist()}),
        f"r: {R.tolist()}\ng: {G.tolist()}\n",
        f"r = np.array({R.tolist()})\ng = np.array({G.tolist()})\n",
        f"r = [{' '.join(map(str, R))}];\ng = [{' '.join(map(str, G))}];\n",
        "".join(f"{x:.2f} & {y:.6f} \\\\\n" for x, y in PAIRS),
        "| r (Å) | g(r) |\n|---|---|\n"
        + "".join(f"| {x:.2f} | {y:.6f} |\n" for x, y in zip(R, G, strict=True)),
    ],
)
def test_small_forms_are_read(text):
    rdf = read(text)
    assert rdf.length_unit == "Å"
    np.testing.assert_allclose(rdf.g, G, atol=1e-5)


def test_what_is_not_a_number_in_the_core_is_left_out():
    lines = [f"{x:.2f} {'nan' if x < 2.0 else f'{y:.6f}'}" for x, y in zip(R, G, strict=True)]
    rdf = read("\n".join(lines) + "\n")
    np.testing.assert_allclose(rdf.g, G[20:], atol=1e-5)
    assert any("are not numbers or 0" in sentence for sentence in rdf.warnings)


def test_points_read_off_a_figure_are_put_in_order():
    rng = np.random.default_rng(4)
    r = np.cumsum(rng.uniform(0.1, 0.3, 75)).round(3)
    g = liquid_like(r / 10.0)
    order = np.arange(75)
    order[[20, 21, 40, 41]] = order[[21, 20, 41, 40]]
    text = rows(np.append(r[order], r[-1] + 0.2), np.append(g[order], 1.0), form="%.5f")
    rdf = read(text, length_unit="Å")
    np.testing.assert_allclose(rdf.r[:-1], 0.1 * r, atol=1e-6)
    np.testing.assert_allclose(rdf.g[:-1], g, atol=1e-5)
    assert rdf.warnings[0] == "4 rows were put in order of distance."


def test_files_of_grace_are_in_any_unit():
    assert read("@version 50119\n@type xy\n" + frame(G) + "&\n").length_unit == "Å"
    assert read("@type xy\n" + rows(0.1 * R, G)).length_unit == "nm"


def test_legends_of_xmgr_name_the_columns():
    text = xvg(G, r=0.1 * R, legends=[]).replace("@ legend on", '@ legend string 0 "Ar-Ar"')
    assert read(text).columns == ("Ar-Ar",)


# What distances stand for


@given(st.floats(0.01, 1.0), st.integers(3, 50), st.floats(1.0, 10.0))
def test_edges_and_cells_agree(step, number, start):
    r = start * step + step * np.arange(number)
    for sampling in ("centres", "lower", "upper"):
        edges = bin_edges(r, sampling)
        assert np.all(np.diff(edges) > 0.0)
        assert edges[0] >= 0.0
        middles, width = cells(r, sampling)
        np.testing.assert_allclose(width, np.diff(edges))
        if sampling == "lower":
            np.testing.assert_allclose(middles - 0.5 * width, r, atol=1e-9)
    np.testing.assert_array_equal(cells(r, "points")[0], r)


def test_distances_tell_what_they_may_be():
    step = np.arange(30) * 0.1
    assert possible_samplings(step + 0.05) == ("centres", "points")
    assert "upper" not in possible_samplings(step)
    assert set(possible_samplings(step + 0.1)) == {"centres", "points", "lower", "upper"}
    assert possible_samplings(step**2) == ("centres", "points")
    with pytest.raises(ValueError, match="sampling must be one of points, centres, lower, upper"):
        read(frame(G), sampling="middle")


def test_counts_grow_and_g_does_not():
    assert grows(R, np.cumsum(COUNTS))
    assert not grows(R, G)
