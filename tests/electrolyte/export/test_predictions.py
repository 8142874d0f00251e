"""Streamed predictions are those of `predict_many`, in bounded memory, whatever interrupts them."""

import json

import numpy as np
import pytest

from surrogate_app.cli import main as cli
from surrogate_app.common.timing import resident
from surrogate_app.electrolyte import Surrogate
from surrogate_app.electrolyte.analysis.numbers import NUMBERS, numbers_of
from surrogate_app.electrolyte.data.systems import Systems
from surrogate_app.electrolyte.export.predictions import PROFILES, Predictions
from surrogate_app.electrolyte.quantities import QUANTITIES

pytest.importorskip("pyarrow", reason="pyarrow is optional: extra 'parquet'")
dataset = pytest.importorskip("pyarrow.dataset")

GIVEN = {"h": [3, 5], "c": [0.1, 2.5], "d_pos": [0.3, 0.6], "d_neg": [0.5], "sigma_s": [-0.02, 0]}
GIVEN |= {"z_pos": [1], "z_neg": [-1], "temperature": [298], "permittivity": [80]}
SYSTEMS = Systems.drawn(GIVEN, 300, seed=2)
(ROWS,) = SYSTEMS.parts(300)


@pytest.fixture(scope="module")
def surrogate():
    return Surrogate.load()


def table(folder):
    return dataset.dataset(folder, format="parquet").to_table()


def profiles(column, rows):
    return column.combine_chunks().filter(rows).flatten().to_numpy().reshape(-1, 251)


def test_profiles_and_numbers_are_those_of_predict_many(surrogate, tmp_path):
    names = (*PROFILES, *NUMBERS)
    done = Predictions(tmp_path, surrogate, SYSTEMS, names, rows=128).run(progress=False)
    read = table(tmp_path)
    inside = read["in_domain"].to_numpy()
    assert inside.tolist() == surrogate.domain.inside(ROWS).tolist()
    assert (done.systems, done.outside, done.finished) == (300, int((~inside).sum()), True)
    assert 10 < done.outside < 200
    assert done.size == sum(path.stat().st_size for path in tmp_path.glob("*.parquet"))
    assert read["index"].to_pylist() == list(range(300))
    known = ROWS[inside]
    _, n = surrogate.predict_many(known)
    half = n[..., :251]
    std = surrogate.uncertainty(known, n)[..., :251]
    expected = {name: surrogate.response(known, name) for name in QUANTITIES}
    expected |= {"n_pos": half[:, 0], "n_neg": half[:, 1]}
    expected |= {"n_pos_std": std[:, 0], "n_neg_std": std[:, 1]}
    # networks round by the systems beside which they answer; the potential, a small difference of
    # what walls and ions make, magnifies that
    bounds = dict.fromkeys(PROFILES, 3e-6) | {"potential": 1e-5}
    for name, bound in bounds.items():
        largest = float(np.abs(expected[name]).max())
        assert profiles(read[name], inside) == pytest.approx(expected[name], abs=bound * largest)
        assert read[name].filter(~inside).null_count == done.outside
    for name, values in numbers_of(half.transpose(2, 1, 0), known).items():
        got = read[name].to_numpy()
        if name == "integral_capacitance":  # which diverges where the potential drop vanishes
            got, values = 1.0 / got, 1.0 / values
        close = 1e-5 * float(np.nanmax(np.abs(values)))
        assert got[inside] == pytest.approx(values, abs=close, nan_ok=True), name
        assert read[name].null_count == done.outside + np.isnan(values).sum()
    assert read.schema.field("potential_drop").metadata == {b"unit": b"mV"}


def test_what_was_stopped_goes_on_and_ends_the_same(surrogate, tmp_path, monkeypatch):
    whole = Predictions(tmp_path / "whole", surrogate, SYSTEMS, rows=100)
    whole.run(progress=False)
    part = Predictions(tmp_path / "part", surrogate, SYSTEMS, rows=100)
    done = part.run(minutes=0.0, progress=False)
    assert (done.systems, done.finished) == (0, False)
    write = "surrogate_app.electrolyte.export.predictions.write_atomically"
    with monkeypatch.context() as patch:

        def full(path, content):
            if "000001" in path.name:
                (path.parent / f".{path.name}.1.partial").write_bytes(content[:100])
                raise OSError(28, "No space left on device")
            path.write_bytes(content)

        patch.setattr(write, full)
        with pytest.raises(OSError, match="No space left"):
            part.run(progress=False)
    written = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "part").glob("part*")}
    assert list(written) == ["part-000000.parquet"]
    done = part.run(jobs=2, progress=False)
    assert (done.systems, done.finished) == (300, True)
    assert {path.name for path in (tmp_path / "part").iterdir()} == {
        path.name for path in (tmp_path / "whole").iterdir()
    }
    assert table(tmp_path / "part").equals(table(tmp_path / "whole"))
    first = tmp_path / "part" / "part-000000.parquet"
    assert first.stat().st_mtime_ns == written[first.name]
    again = part.run(progress=False)
    assert again == done


def test_more_systems_are_added_and_others_refused(surrogate, tmp_path):
    Predictions(tmp_path, surrogate, Systems.drawn(GIVEN, 150, seed=2), rows=100).run(
        progress=False
    )
    longer = Predictions(tmp_path, surrogate, SYSTEMS, rows=100)
    assert longer.run(progress=False).systems == 300
    assert table(tmp_path).num_rows == 300
    shorter = Systems.drawn(GIVEN, 100, seed=2)
    with pytest.raises(ValueError, match="holds more systems than 100 drawn with seed 2"):
        Predictions(tmp_path, surrogate, shorter, rows=100).run(progress=False)
    other = Systems.drawn(GIVEN, 300, seed=3)
    with pytest.raises(
        ValueError, match=r"000000\.parquet holds other systems than 300 drawn with"
    ):
        Predictions(tmp_path, surrogate, other, rows=100).run(progress=False)
    with pytest.raises(ValueError, match="predictions with other quantities and rows; repeat"):
        Predictions(tmp_path, surrogate, SYSTEMS, ["n_pos"], rows=50).run(progress=False)
    (tmp_path / "part-000001.parquet").write_bytes(b"PAR1")
    with pytest.raises(ValueError, match=r"000001\.parquet is damaged; delete it"):
        longer.run(progress=False)


def test_a_dask_cluster_gives_the_same_numbers(surrogate, tmp_path):
    distributed = pytest.importorskip("distributed", reason="dask is optional: extra 'dask'")
    few = Systems.drawn(GIVEN, 100, seed=2)
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": False}
    with distributed.LocalCluster(**options, dashboard_address=None) as cluster:
        plan = Predictions(tmp_path / "dask", surrogate, few, rows=25)
        assert plan.run(dask=cluster.scheduler_address, progress=False).systems == 100
    Predictions(tmp_path / "local", surrogate, few, rows=25).run(progress=False)
    assert table(tmp_path / "dask").equals(table(tmp_path / "local"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"quantities": ["pressure"]}, "no quantity 'pressure'; choose contact_density_pos"),
        ({"quantities": []}, "a quantity is needed"),
        ({"rows": 0}, "rows must be at least 1, got 0"),
        ({"rows": 2_000_000}, "at most 1,048,576 systems, got 2,000,000"),
    ],
)
def test_what_can_not_be_predicted_is_refused(surrogate, options, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        Predictions(tmp_path, surrogate, SYSTEMS, **options)


def test_rows_that_are_no_systems_are_marked(surrogate, tmp_path):
    bad = np.array([[np.nan] * 9, [0.0] * 9, [1e308] * 9, [-1.0] * 9, [np.inf] * 9, ROWS[0]])
    systems = Systems("numbers", 6, lambda: iter([bad]))
    plan = Predictions(tmp_path, surrogate, systems, ["n_pos", "potential_drop"], rows=3)
    done = plan.run(progress=False)
    assert (done.systems, done.outside) == (6, 5)
    read = table(tmp_path)
    assert read["in_domain"].to_pylist() == [False] * 5 + [True]
    for name in plan.quantities:
        assert [value is None for value in read[name].to_pylist()] == [True] * 5 + [False]
    assert plan.run(progress=False) == done


def peak_of(number, folder, quantity="potential_drop"):
    """Largest memory in MiB of a process that streams so many systems, most of them outside."""
    return resident(
        "from pathlib import Path\n"
        "from surrogate_app.electrolyte import Surrogate\n"
        "from surrogate_app.electrolyte.data.systems import Systems\n"
        "from surrogate_app.electrolyte.export.predictions import Predictions\n"
        f"given = { ({**GIVEN, 'c': [1.8, 30]}) }\n"
        f"systems = Systems.drawn(given, {number}, 1)\n"
        f"folder = Path({str(folder)!r})\n"
        f"plan = Predictions(folder, Surrogate.load(), systems, [{quantity!r}], 4_096)\n"
        "assert plan.run(progress=False).finished",
        largest=True,
    )


def size_of(folder):
    """Size in MiB of the files in a folder."""
    return sum(path.stat().st_size for path in folder.iterdir()) / 2**20


def test_memory_does_not_grow_with_the_number_of_systems(tmp_path):
    few, many = (tmp_path / name for name in ("few", "many"))
    growth = -peak_of(65_536, few) + peak_of(262_144, many)
    files = size_of(many) - size_of(few)
    assert files > 5.0
    assert growth < 0.5 * files  # neither systems nor results, nor files, are kept


@pytest.mark.slow
def test_memory_does_not_grow_while_millions_are_read_and_predicted(tmp_path):
    few, many = (tmp_path / name for name in ("few", "many"))
    growth = -peak_of(1_000_000, few, "n_pos") + peak_of(4_000_000, many, "n_pos")
    assert growth < 0.1 * (size_of(many) - size_of(few))


def command(*arguments):
    return cli.main(["predict-many", *map(str, arguments)])


def test_the_command_reads_a_file_and_says_what_lies_outside(tmp_path, capsys):
    path, folder = tmp_path / "systems.csv", tmp_path / "out"
    path.write_text("h,c,d_pos,d_neg,sigma_s\n4,1,0.3,0.3,-0.01\n4,9,0.3,0.3,-0.01\n4,,1,1,1\n")
    assert command(path, "--folder", folder, "--quantities", "potential_drop") == cli.DONE
    assert "3 systems done" in (said := capsys.readouterr().err)
    assert "2 of them lie outside the domain of saltnet" in said
    described = json.loads((folder / "_predictions.json").read_text())
    assert described["systems"] == "systems.csv"
    assert described["units"]["potential_drop"] == "mV"
    assert {"commit", "version", "date"} <= described.keys()
    assert table(folder)["potential_drop"].null_count == 2


def test_the_command_draws_systems_or_says_what_is_missing(tmp_path, capsys):
    ranges = ["--h", "3", "5", "--c", "1", "--d-pos", "0.4", "--d-neg", "0.4", "--sigma-s", "-0.01"]
    assert command(*ranges, "--systems", 4, "--folder", tmp_path / "out") == cli.DONE
    assert table(tmp_path / "out").num_rows == 4
    capsys.readouterr()
    for arguments, words in (
        ([], "name a file of systems, or draw them"),
        (["--systems", 4], "name a file of systems, or draw them"),
        ([tmp_path / "a.csv", "--systems", 4], "name a file of systems, or draw them"),
        ([tmp_path / "a.csv", "--h", 4], "inputs of systems come from the file"),
        ([tmp_path / "a.csv"], "there is no file"),
        ([*ranges, "--systems", 0], "at least 1, got 0"),
        ([*ranges, "--systems", 4, "--jobs", 0], "processes must be at least 1, got 0"),
    ):
        assert command(*arguments, "--folder", tmp_path / "none") == cli.BAD_INPUT
        assert words in capsys.readouterr().err
