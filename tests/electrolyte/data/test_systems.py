"""Systems are read from any of the formats, part by part, and from none that is damaged."""

import numpy as np
import pytest

from surrogate_app.electrolyte.data.designs import drawn
from surrogate_app.electrolyte.data.systems import Systems
from surrogate_app.electrolyte.system import ALL_PARAMETERS

ROWS = np.array([[4.0 + 0.1 * i, 0.5, 0.3, 0.4, -0.01, 2, -1, 310.0, 70.0] for i in range(7)])
GIVEN = {"h": [3, 5], "c": [0.1, 1], "d_pos": [0.4], "d_neg": [0.5], "sigma_s": [-0.02]}
GIVEN |= {"z_pos": [1], "z_neg": [-1], "temperature": [298], "permittivity": [80]}


def write_csv(path, rows):
    lines = [",".join(ALL_PARAMETERS), *(",".join(map(repr, row)) for row in rows.tolist())]
    path.write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")


def write_parquet(path, rows):
    pa = pytest.importorskip("pyarrow", reason="pyarrow is optional: extra 'parquet'")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = dict(zip(reversed(ALL_PARAMETERS), rows.T[::-1], strict=True))
    parquet.write_table(pa.table({"name": ["x"] * len(rows), **columns}), path)


def write_npz(path, rows):
    np.savez(path, index=np.arange(len(rows)), parameters=rows)


WRITERS = {"csv": write_csv, "parquet": write_parquet, "npz": write_npz}


@pytest.mark.parametrize("ending", WRITERS)
def test_each_format_gives_the_systems_in_parts(ending, tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow is optional: extra 'parquet'")
    path = tmp_path / f"systems.{ending}"
    WRITERS[ending](path, ROWS)
    systems = Systems.read(path)
    assert systems.number in (None, 7)
    for _ in range(2):  # as often as they are needed
        parts = list(systems.parts(3))
        assert [len(part) for part in parts] == [3, 3, 1]
        np.testing.assert_array_equal(np.concatenate(parts), ROWS)


def test_drawn_systems_are_those_of_a_design(monkeypatch):
    monkeypatch.setattr("surrogate_app.campaign._IN_TURN", 8)
    parts = list(Systems.drawn(GIVEN, 60, seed=3).parts(25))
    assert [len(part) for part in parts] == [25, 25, 10]
    np.testing.assert_array_equal(np.concatenate(parts), drawn(GIVEN, 60, seed=3))


def test_inputs_that_are_missing_are_the_papers_and_empty_cells_no_numbers(tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow is optional: extra 'parquet'")
    path = tmp_path / "five.csv"
    path.write_text("sigma_s, h,c,d_pos,d_neg,name\n-0.01,4,,0.3,0.3,a\n\n-0.02,5,1,0.3,0.3,b\n")
    (rows,) = Systems.read(path).parts(10)
    expected = [
        [4, np.nan, 0.3, 0.3, -0.01, 1, -1, 298, 80],
        [5, 1, 0.3, 0.3, -0.02, 1, -1, 298, 80],
    ]
    np.testing.assert_array_equal(rows, expected)
    np.savez(tmp_path / "five.npz", ROWS[:, :5].astype(np.float32))
    (rows,) = Systems.read(tmp_path / "five.npz").parts(10)
    assert rows[:, 5:].tolist() == [[1, -1, 298, 80]] * 7


@pytest.mark.parametrize(
    ("name", "write", "words"),
    [
        ("a.txt", lambda path: None, r"from \.csv, \.parquet or \.npz files, got a\.txt"),
        ("a.csv", lambda path: None, "there is no file"),
        ("a.csv", lambda path: path.write_text("h,c\n1,2\n"), "d_pos, d_neg, sigma_s missing"),
        ("a.csv", lambda path: path.write_bytes(b"\xff\xfe\n"), "no text in UTF-8"),
        (
            "a.csv",
            lambda path: path.write_text("h,c,d_pos,d_neg,sigma_s,h\n1,1,1,1,1,1\n"),
            "two columns h",
        ),
        (
            "a.csv",
            lambda path: path.write_text("h,c,d_pos,d_neg,sigma_s\n4,one,0.3,0.3,0\n"),
            r"a\.csv: .*Row #2.*invalid value 'one'",
        ),
        (
            "a.csv",
            lambda path: path.write_text("h,c,d_pos,d_neg,sigma_s\n4,1,0.3,0.3,0\n4,1\n"),
            "Row #3: Expected 5 columns, got 2",
        ),
        ("a.parquet", lambda path: path.write_bytes(b"PAR1"), r"a\.parquet: "),
        ("a.npz", lambda path: path.write_bytes(b"PK"), r"a\.npz: "),
        ("a.npz", lambda path: np.savez(path, a=ROWS, b=ROWS), "holds no array 'parameters'"),
        ("a.npz", lambda path: np.savez(path, ROWS[:, :6]), r"\(N, 9\).*got float64 of.*\(7, 6\)"),
        ("a.npz", lambda path: np.savez(path, np.array([["a"] * 5])), "must be numbers"),
        ("a.npz", lambda path: np.savez(path, np.array([[{}] * 5])), "must be numbers"),
        ("a.npz", lambda path: np.savez(path, np.asfortranarray(ROWS)), "stored by columns"),
    ],
)
def test_what_holds_no_systems_is_refused(name, write, words, tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow is optional: extra 'parquet'")
    path = tmp_path / name
    write(path)
    with pytest.raises(ValueError, match=words):
        list(Systems.read(path).parts(4))


@pytest.mark.parametrize("ending", WRITERS)
def test_damaged_files_are_read_or_refused_in_a_sentence(ending, tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow is optional: extra 'parquet'")
    path, random = tmp_path / f"systems.{ending}", np.random.default_rng(1)
    WRITERS[ending](path, ROWS)
    if ending == "npz":
        np.savez_compressed(path, ROWS)
    whole = path.read_bytes()
    refused = 0
    for trial in range(150):
        content = np.frombuffer(whole, np.uint8).copy()
        content[random.integers(len(content), size=1 + trial % 4)] = random.integers(256)
        path.write_bytes(content[: len(content) if trial % 3 else random.integers(len(content))])
        try:
            assert all(part.shape[1] == 9 for part in Systems.read(path).parts(3))
        except ValueError as error:
            refused += 1
            assert path.name in str(error)
    assert refused > 30
