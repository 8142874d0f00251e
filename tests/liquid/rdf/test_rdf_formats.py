"""The same g(r) is read from the files of every program that writes it."""

import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.rdf_samples import G, R, lammps, lammps_yaml, liquid_like, read, rows, vmd, votca, xvg

settings.register_profile("same examples every time", derandomize=True, deadline=None)
settings.load_profile("same examples every time")

OTHER = liquid_like(R, 0.45)
ÅNGSTRÖM = 10.0 * R

WRITTEN = {
    "GROMACS xvg": xvg(G),
    "GROMACS 4 xvg": xvg(G, x="r", y="", legends=[]),
    "LAMMPS": lammps([[G]]),
    "LAMMPS without its header": lammps([[G]], header=False),
    "VMD": vmd(),
    "VOTCA": votca(),
    "text": rows(R, G),
    "savetxt": rows(R, G, form="%.18e"),
    "savetxt with a header": "# r (nm) g(r)\n" + rows(R, G),
    "ångström in text": rows(ÅNGSTRÖM, G),
    "padded columns": rows(R, G, form="   %12.6f"),
    "tabs": "r [nm]\tg(r)\n" + rows(R, G, separator="\t"),
    "CSV": "r (nm),g(r)\n" + rows(R, G, separator=","),
    "CSV without a header": rows(R, G, separator=", "),
    "CSV with quotes": '"r (nm)","g(r)"\n' + rows(R, G, form='"%.6f"', separator=","),
    "CSV with the g(r) last and all in quotes": '"r (nm)","std","g(r)"\n'
    + rows(R, 0.01 + 0.02 * G[::-1], G, form='"%.6f"', separator=","),
    "CSV with quotes and blanks": '"r (nm)", "std", "g(r)"\n'
    + rows(R, 0.01 + 0.02 * G[::-1], G, form='"%.6f"', separator=","),
    "CSV with a quoted header": '"r (nm)","std","g(r)"\n'
    + rows(R, 0.01 + 0.02 * G[::-1], G, separator=","),
    "CSV of pandas": ",r_nm,g\n" + rows(np.arange(500), R, G, separator=","),
    "German CSV": "r / nm;g(r)\n" + rows(R, G, separator=";").replace(".", ","),
    "German CSV with quotes": rows(R, G, form='"%.6f"', separator=",").replace(".", ","),
    "German text": rows(R, G, separator="  ").replace(".", ","),
    "CSV of Excel": "Distance (Å);g(r);\n" + rows(ÅNGSTRÖM, G, separator=";", end=";\n"),
    "CSV with a line of units": "r,g\nnm,1\n" + rows(R, G, separator=","),
    "OVITO": '# "Pair separation distance" "g(r)"\n' + rows(ÅNGSTRÖM, G),
    "rows": rows(*np.stack([R, G], axis=1)),
    "JSON": json.dumps([R.tolist(), G.tolist()]),
    "JSON of pairs": json.dumps(np.stack([R, G], axis=1).tolist()),
    "printed arrays": f"{np.array2string(R, threshold=9999)}\n{np.array2string(G, threshold=9999)}",
    "Fortran": rows(R, G, form="%.7E").replace("E", "D"),
    "comments in rows": rows(R, G, end=" # measured\n"),
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN.keys())
def test_every_way_to_write_a_g_reads_back_to_the_same(text):
    rdf = read(text)
    np.testing.assert_allclose(rdf.r, R, rtol=2e-5, atol=1e-6)
    np.testing.assert_allclose(rdf.g, G, rtol=2e-5, atol=1e-6)
    assert rdf.warnings == ()
    assert len(rdf.columns) == 1


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN.keys())
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("latin-1"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: ("\n\n" + text.replace("\n", "\n\n") + "\n \n\x1a").encode(),
    ],
    ids=["UTF-8 with BOM", "UTF-16", "Latin-1", "Windows", "old Mac", "blank lines"],
)
def test_encoding_and_line_breaks_do_not_matter(text, encode):
    plain, other = read(text), read(encode(text))
    np.testing.assert_array_equal(plain.g, other.g)
    assert (plain.length_unit, plain.columns, plain.warnings) == (
        other.length_unit,
        other.columns,
        other.warnings,
    )


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("GROMACS xvg", "GROMACS xvg"),
        ("LAMMPS without its header", "LAMMPS"),
        ("VMD", "VMD"),
        ("VOTCA", "VOTCA"),
        ("German CSV", "CSV"),
        ("tabs", "text columns"),
        ("JSON", "arrays"),
        ("rows", "arrays"),
    ],
)
def test_the_format_is_recognised_without_a_file_name(name, format):
    assert read(WRITTEN[name]).format == format


@given(
    st.floats(0.28, 0.6),
    st.integers(60, 400),
    st.integers(5, 10),
    st.sampled_from(["nm", "Å"]),
    st.sampled_from(["whitespace", "csv", "german", "votca", "lammps", "xvg"]),
)
def test_any_liquid_reads_back_within_the_digits_written(size, points, digits, unit, style):
    r = np.linspace(0.0, 4.0 * size, points + 1)[1:]
    g = liquid_like(r, size)
    shown = r if unit == "nm" or style == "xvg" else 10.0 * r
    form = f"%.{digits}f"
    text = {
        "whitespace": lambda: rows(shown, g, form=form),
        "csv": lambda: rows(shown, g, form=form, separator=","),
        "german": lambda: rows(shown, g, form=form, separator=";").replace(".", ","),
        "votca": lambda: "".join(
            f"{form % x} {form % y} i\n" for x, y in zip(shown, g, strict=True)
        ),
        "lammps": lambda: lammps([[g]], r=shown),
        "xvg": lambda: xvg(g, r=r),
    }[style]()
    digits = {"lammps": 4, "xvg": 6}.get(style, digits)
    rdf = read(text)
    np.testing.assert_allclose(rdf.r, r, atol=0.6 * 10.0**-digits)
    np.testing.assert_allclose(rdf.g, g, atol=0.6 * 10.0**-digits)


def test_gromacs_selections_are_columns_named_by_their_legends():
    text = xvg(G, OTHER, legends=["name A", "name B"])
    first, second = read(text), read(text, column=1)
    assert first.columns == second.columns == ("name A", "name B")
    np.testing.assert_allclose(second.g, OTHER, atol=1e-6)
    assert first.assumptions[0] == "The first of 2 columns that may be g(r) was taken."
    assert not any("column" in guess for guess in second.assumptions)


def test_gromacs_data_sets_behind_ampersands_are_columns_if_their_distances_agree():
    text = xvg(G) + "&\n" + rows(R, OTHER)
    np.testing.assert_allclose(read(text, column=1).g, OTHER, atol=1e-6)
    other = read(xvg(G) + "&\n" + rows(R[:400], OTHER[:400]) + "&\n")
    assert len(other.columns) == 1
    assert "Only the first of 2 data sets was read" in other.warnings[0]


def test_gromacs_errors_beside_g_are_no_column():
    text = xvg(G, 0.01 * G + 0.001).replace("@TYPE xy\n", "@TYPE xydy\n")
    assert len(read(text).columns) == 1


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"title": "Cumulative Number RDF", "y": "number"}, r"coordination number .* -cn"),
        ({"title": "RMSD", "x": "Time (ps)"}, r"the x axis is “Time \(ps\)”"),
    ],
)
def test_other_files_of_gromacs_are_refused_by_what_their_axes_say(options, reason):
    with pytest.raises(ValueError, match=reason):
        read(xvg(G, **options))


def test_a_coordination_number_is_refused_also_without_a_title():
    number = np.cumsum(G * R**2)
    with pytest.raises(ValueError, match="grow all the way, as a coordination number does"):
        read(rows(R, number))


def test_the_last_block_of_a_running_average_is_taken_and_other_blocks_are_averaged():
    rng = np.random.default_rng(3)
    parts = [G + 0.02 * (R > 0.3) * rng.normal(size=len(R)) for _ in range(6)]
    running = [np.mean(parts[: i + 1], axis=0) for i in range(6)]
    averaged = read(lammps([[part] for part in parts]))
    last = read(lammps([[part] for part in running]))
    np.testing.assert_allclose(averaged.g, np.mean(parts, axis=0), atol=1e-5)
    np.testing.assert_allclose(last.g, running[-1], atol=1e-5)
    assert "The 6 blocks were averaged." in averaged.assumptions
    assert "The last of 6 blocks, a running average, was taken." in last.assumptions


def test_the_block_of_step_0_is_left_out():
    crystal = np.where(np.arange(500) % 50 == 0, 20.0, 0.0)
    rdf = read(lammps([[crystal], [G], [G]], steps=[0, 1000, 2000]))
    np.testing.assert_allclose(rdf.g, G, atol=1e-5)
    assert rdf.warnings == ("The block of step 0, the initial configuration, was left out.",)


def test_a_running_average_is_freed_of_step_0():
    rng = np.random.default_rng(3)
    crystal = np.where(np.arange(500) % 50 == 0, 20.0, 0.0)
    parts = [crystal] + [G + 0.02 * (R > 0.3) * rng.normal(size=len(R)) for _ in range(6)]
    running = [[np.mean(parts[: i + 1], axis=0)] for i in range(7)]
    rdf = read(lammps(running, steps=range(0, 700, 100)))
    np.testing.assert_allclose(rdf.g, np.mean(parts[1:], axis=0), atol=1e-4)


def test_the_yaml_of_lammps_is_read_like_its_text():
    text = lammps_yaml([[G, OTHER]] * 3)
    rdf = read(text, column=1)
    np.testing.assert_allclose(rdf.g, OTHER, atol=1e-5)
    assert rdf.columns == ("c_rdf[2]", "c_rdf[4]")
    cut = read(text[:-5000], column=1)
    np.testing.assert_allclose(cut.g, OTHER, atol=1e-5)
    assert cut.warnings == ("The last block is cut off and was left out.",)
    with pytest.raises(ValueError, match="line 7: “- nonsense” is neither a time step nor a row"):
        read("\n".join(text.splitlines()[:6]) + "\n  - nonsense\n")


def test_lammps_pairs_are_columns_and_coordination_numbers_are_not():
    for header, names in ((True, ("c_rdf[2]", "c_rdf[4]")), (False, ("pair 1", "pair 2"))):
        rdf = read(lammps([[G, OTHER]], header=header), column=1)
        assert rdf.columns == names
        np.testing.assert_allclose(rdf.g, OTHER, atol=1e-5)
    alone = lammps([[G]], header=False, coordinations=False)
    np.testing.assert_allclose(read(alone).g, G, atol=1e-5)


def test_a_lammps_run_that_was_stopped_is_read_up_to_its_last_whole_block():
    text = lammps([[G], [G], [G]])
    for cut in (text[:-3], text[:-2000], text[: text.rindex("3000 500") + 5]):
        rdf = read(cut)
        np.testing.assert_allclose(rdf.g, G, atol=1e-5)
        assert any("cut off" in doubt for doubt in rdf.warnings)
    short = read(lammps([[G]])[:-4000])
    assert any(doubt.startswith("The only block has") for doubt in short.warnings)


def test_lammps_blocks_on_other_distances_are_refused():
    text = lammps([[G]]) + lammps([[G]], r=9.0 * R, header=False)
    with pytest.raises(ValueError, match="blocks that begin at lines 5 and 506 differ"):
        read(text)


def test_votca_rows_that_are_not_in_range_are_left_out():
    flags = ["o"] * 50 + ["i"] * 440 + ["u"] * 10
    rdf = read(votca(flags=flags))
    np.testing.assert_allclose(rdf.r, R[50:490], atol=1e-9)
    assert rdf.warnings == ("60 rows with the flag o or u were left out.",)


def test_errors_and_counts_in_named_columns_are_not_offered():
    head = "r_nm,g(r),std,g_inner,coordination\n"
    text = head + rows(R, G, 0.01 + 0.0 * G, OTHER, np.cumsum(G * R**2), separator=",")
    assert read(text).columns == ("g(r)", "g_inner")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(64), "a JPEG image"),
        (
            b"PK\x03\x04" + bytes(64),
            "a spreadsheet, not a table of numbers in text; save the table as CSV",
        ),
        (b"\x93NUMPY\x01\x00" + bytes(64), "numpy.savetxt"),
        (b"\x1f\x8b\x08" + bytes(64), "unpack it"),
        (bytes(range(256)), "binary"),
        (rows(R, G).encode() + b"\x00", "binary"),
        (b"", "empty"),
        (b"\n \n\t\n", "empty"),
        (b"# only\n@ comments\n", "only comments"),
        (b"<html>\n<body>no</body>\n", "no line holds a distance"),
        (b"0.1\n0.2\n0.3\n", "no line holds a distance"),
        (b"[0.1 0.2 ... 1.5]\n[0 0 ... 1]", "abbreviated"),
        (b"[0.1 0.2 0.3]\n[0 0]", "of one length"),
        (b"0 0\n" * 1_250_001, r"5\.0 MB"),
        (b"0 1\n" * 100_001, "100001 rows"),
        ((b"0 1 " * 300 + b"\n") * 9, "columns"),
    ],
)
def test_what_is_no_table_is_refused_by_what_it_is(data, kind):
    with pytest.raises(ValueError, match=kind):
        read(data)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("0.0x45 1.0", "line 101: “0.0x45” is not a number"),
        ("0.3015 1_0", "line 101: “1_0” is not a number"),
        ("0.3015", "line 101: 1 columns where the rows above have 2"),
        ("0.3015 1.0 3", "line 101: 3 columns where the rows above have 2"),
        ("0.3015 nan", r"line 101: g\(r\) is nan, not a finite number"),
        ("inf 1.0", "line 101: r is inf, not a finite number"),
        ("0.3015 1e400", r"line 101: g\(r\) is inf"),
        ("0.3015 1e9", r"line 101: g\(r\) is 1e\+09, above 1e\+06"),
        ("0.3015 -0.4", r"line 101: g\(r\) is -0\.4; it can't be negative"),
        ("0.2 1.0", r"line 101: r is 0\.2 after 0\.2985; distances must increase"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(wrong, reason):
    lines = rows(R, G).splitlines()
    lines[100] = wrong
    with pytest.raises(ValueError, match=reason):
        read("\n".join(lines) + "\n")


def test_lines_are_counted_from_the_top_of_the_file():
    text = xvg(G)
    line = 1 + next(i for i, row in enumerate(text.splitlines()) if row.startswith("   0.361500"))
    with pytest.raises(ValueError, match=f"^line {line}: "):
        read(text.replace("   0.361500", "   0.361S00"))


@pytest.mark.parametrize(
    "data",
    [
        b"(" * 4_999_999,
        b'"' * 4_999_999,
        b"@ s0 legend " * 400_000,
        b";" * 2_000_000 + b"\n0;1",
        b"1 " * 2_400_000,
        b"[" * 4_999_999,
        b"[[" + b"1," * 2_000_000 + b"]]",
        b"1 2\n" * 1_200_000,
        b"100 3\n1 2 3\n" * 400_000,
        b"9" * 4_000_000,
    ],
)
def test_no_file_takes_longer_than_its_length_is_worth(data):
    start = time.process_time()
    with pytest.raises(ValueError):
        read(data)
    assert time.process_time() - start < 4.0
