"""Command line: `surrogate-app COMMAND`, one function per command."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from surrogate_app import __version__

DONE, FAILURE, BAD_INPUT = 0, 1, 2

_WRONG_PATH = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)

SUBJECTS = ("electrolyte", "liquid")
"""The two halves of the package."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Command line without the program's name; `sys.argv` by default.

    Returns
    -------
    int
        0 done, 1 failure, 2 bad input (one line on stderr says what was wrong).
    """
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except (ValueError, *_WRONG_PATH) as error:
        print(f"surrogate-app: {error}", file=sys.stderr)
        return BAD_INPUT
    except ModuleNotFoundError as error:
        print(f"surrogate-app: {_missing(error)}", file=sys.stderr)
        return FAILURE
    except KeyboardInterrupt:
        print("surrogate-app: stopped", file=sys.stderr)
        return FAILURE


def _missing(error: ModuleNotFoundError) -> str:
    extras = {"tensorflow": "train", "keras": "train", "dask": "dask", "distributed": "dask"}
    extras |= {"matplotlib": "report", "psutil": "report", "teqp": "report"}
    extra = extras.get((error.name or "").split(".")[0])
    if extra is None:
        return str(error)
    return f"{error.name} is not installed; run: pip install 'surrogate-app[{extra}]'"


def _app(options: argparse.Namespace) -> int:
    from surrogate_app.app.server import serve

    serve(port=options.port, open_browser=not options.no_browser)
    return DONE


def _predict(options: argparse.Namespace) -> int:
    from surrogate_app.electrolyte.export import Record, python_call
    from surrogate_app.electrolyte.surrogate import Surrogate

    surrogate, system = Surrogate.load(options.model), _system(options)
    call = python_call(surrogate.name, system)
    record = Record(surrogate.name, surrogate.predict(system), call, surrogate.metadata)
    for sentence in record.profile.warnings:
        print(sentence, file=sys.stderr)
    return _write_record(options, record)


def _fit(options: argparse.Namespace) -> int:
    from surrogate_app.liquid import RDF, InverseSurrogate, export

    surrogate = InverseSurrogate.load(options.model)
    fits = []
    for path in options.files:
        try:
            rdf = RDF.read(path, options.unit, options.column, options.sigma)
            rdf = rdf.normalised() if options.normalise else rdf
            fits.append(surrogate.fit(rdf, options.density, options.temperature))
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from None
    for fit in fits:
        for sentence in (*fit.rdf.guesses, *fit.rdf.doubts, *fit.warnings):
            print(f"{fit.rdf.name}: {sentence}", file=sys.stderr)
    if options.csv is not None:
        options.csv.write_text(export.to_csv(fits), encoding="utf-8")
    forms: dict[str, Callable[[Any], str]] = {
        "text": lambda fit: _as_text(fit),
        "gromacs": export.gromacs_itp,
        "lammps-real": lambda fit: export.lammps_lines(fit, "real"),
        "lammps-lj": lambda fit: export.lammps_lines(fit, "lj"),
        "openmm": export.openmm_xml,
    }
    if options.json:
        print(export.to_json(fits))
    else:
        print("\n".join(forms[options.format](fit).rstrip("\n") for fit in fits))
    return DONE


def _as_text(fit: Any) -> str:
    lines = (
        ("C12", fit.c12, fit.c12_std, "kJ/mol nm¹²"),
        ("C6", fit.c6, fit.c6_std, "kJ/mol nm⁶"),
        ("sigma", fit.sigma, fit.sigma_std, "nm"),
        ("epsilon", fit.epsilon, fit.epsilon_std, "kJ/mol"),
    )
    values = [f"  {name:8}{mean:.5g} ± {std:.2g} {unit}" for name, mean, std, unit in lines]
    values.append(f"  RDF error {100.0 * fit.rdf_error:.2g} %, misfit {fit.misfit:.2g}")
    return "\n".join([f"{fit.rdf.name} ({fit.model}):", *values])


def _sensitivity(options: argparse.Namespace) -> int:
    from surrogate_app.electrolyte import Surrogate, sensitivity, tables

    surrogate = Surrogate.load(options.model)
    found = sensitivity(surrogate, _system(options), **_uncertain(options))
    return _write_table(options, tables.of_sensitivity(found, surrogate.metadata))


def _propagate(options: argparse.Namespace) -> int:
    from surrogate_app.electrolyte import Surrogate, propagate, tables

    surrogate = Surrogate.load(options.model)
    number = {"samples": options.samples, "seed": options.seed}
    found = propagate(surrogate, _system(options), **_uncertain(options), **number)
    table = tables.of_propagation(found, surrogate.metadata, options.quantiles)
    return _write_table(options, table)


def _sweep(options: argparse.Namespace) -> int:
    from surrogate_app.electrolyte import Surrogate, sweep, tables

    surrogate = Surrogate.load(options.model)
    found = sweep(surrogate, _system(options), options.input, options.values, options.quantity)
    return _write_table(options, tables.of_sweep(found, surrogate.metadata))


def _uncertain(options: argparse.Namespace) -> dict[str, Any]:
    spread, distribution = {}, {}
    for text in options.spread:
        name, _, rest = text.partition("=")
        width, _, kind = rest.partition(":")
        try:
            spread[name.replace("-", "_")] = float(width)
        except ValueError:
            raise ValueError(
                f"a spread is written as d_pos=0.01 or d_pos=0.01:uniform, got {text!r}"
            ) from None
        distribution[name.replace("-", "_")] = kind or "normal"
    return {
        "spread": spread,
        "distribution": distribution,
        "z": options.z,
        "quantity": options.quantity,
    }


def _write_table(options: argparse.Namespace, table: Any) -> int:
    for sentence in table.warnings:
        print(sentence, file=sys.stderr)
    if options.csv is not None:
        options.csv.write_text(table.to_csv(), encoding="utf-8")
    if options.json:
        print(table.to_json())
    elif options.csv is None:
        print(table.to_csv(), end="")
    return DONE


def _simulate(options: argparse.Namespace) -> int:
    from surrogate_app.electrolyte.export import Record
    from surrogate_app.electrolyte.simulation import simulate

    with _progress() as progress:
        profile = simulate(
            _system(options), sweeps=options.sweeps, seed=options.seed, progress=progress
        )
    return _write_record(options, Record("simulation", profile, profile.call, profile.run))


def _simulate_liquid(options: argparse.Namespace) -> int:
    from surrogate_app.liquid.examples import to_text
    from surrogate_app.liquid.simulation import simulate
    from surrogate_app.liquid.state import LJState

    state = LJState(options.c12, options.c6, options.density, options.temperature)
    with _progress() as progress:
        result = simulate(
            state,
            sweeps=options.sweeps,
            seed=options.seed,
            progress=progress,
            engine=options.engine,
        )
    table = to_text("CSV", result.r, result.g, state.density)
    if options.csv is not None:
        options.csv.write_text(table, encoding="utf-8")
    if options.json:
        print(json.dumps(result.to_dict(), indent=2))
    elif options.csv is None:
        print(table, end="")
    return DONE


def _examples(options: argparse.Namespace) -> int:
    from surrogate_app.liquid.examples import write_examples

    with _progress() as progress:
        write_examples(options.folder, seed=options.seed, progress=progress)
    return DONE


@contextmanager
def _progress() -> Iterator[Callable[[float], None]]:
    from tqdm import tqdm

    form = "{l_bar}{bar}| {remaining} left"
    # not at once, so that nothing but the reason is shown where a run is refused
    with tqdm(total=1.0, bar_format=form, file=sys.stderr, delay=0.2) as bar:
        yield lambda fraction: bar.update(fraction - bar.n)


def _campaign(options: argparse.Namespace) -> int:
    if options.subject == "liquid":
        from surrogate_app.liquid.design import campaign

        plan = campaign(options.design or "states", options.systems, options.folder)
    else:
        from surrogate_app.electrolyte import dataset

        plan = dataset.campaign(options.design or "sobol", options.systems, options.folder)
    left = plan.run(jobs=options.jobs, minutes=options.minutes, dask=options.dask)
    if left:
        print(f"{left} systems left; run the same command again to resume", file=sys.stderr)
    else:
        print(f"all {len(plan.parameters)} systems done, in {plan.folder}", file=sys.stderr)
    return DONE


def _train(options: argparse.Namespace) -> int:
    length = {"seed": options.seed, "epochs": options.epochs, "minutes": options.minutes}
    if options.subject == "liquid":
        if options.data is not None:
            raise ValueError("--data is for electrolytes; liquid networks have one data set each")
        from surrogate_app.liquid import training as liquid

        metadata = liquid.train(options.model or "structure", **length)
    else:
        from surrogate_app.electrolyte import training as electrolyte

        metadata = electrolyte.train(options.model or "wallnet", data=options.data, **length)
    if options.json:
        print(json.dumps(metadata, indent=2))
    return DONE


def _study(options: argparse.Namespace) -> int:
    from surrogate_app.electrolyte import training_studies

    left = training_studies.run(
        options.study, options.minutes, lambda line: print(line, file=sys.stderr, flush=True)
    )
    if left:
        print(f"{left} trials left; run the same command again to resume", file=sys.stderr)
    return DONE


def _evaluate(options: argparse.Namespace) -> int:
    evaluation = import_module(f"surrogate_app.{options.subject}.evaluation")
    results = evaluation.evaluate()
    if options.write:
        evaluation.write(results)
    return _publish(options, results, evaluation.as_table(results), f"evaluate {options.subject}")


def _benchmark(options: argparse.Namespace) -> int:
    from surrogate_app import benchmark

    results = benchmark.run()
    return _publish(options, results, benchmark.as_table(results), "benchmark")


def _report(options: argparse.Namespace) -> int:
    from surrogate_app.documents import checkout
    from surrogate_app.report import write_report

    write_report(checkout() / "docs")
    return DONE


def _publish(options: argparse.Namespace, results: Any, table: str, section: str) -> int:
    if options.write:
        from surrogate_app.documents import checkout, replace_section

        command, date = results["command"], results["date"][:10]
        note = f"Written by `{command} --write` on {date}, version {results['version']}."
        replace_section(checkout() / "README.md", section, f"{table}\n\n{note}")
    print(json.dumps(results, indent=2) if options.json else table)
    return DONE


def _system(options: argparse.Namespace) -> Any:
    from surrogate_app.electrolyte.system import PARAMETERS, Electrolyte

    return Electrolyte(**{name: getattr(options, name) for name in PARAMETERS})


def _write_record(options: argparse.Namespace, record: Any) -> int:
    from surrogate_app.electrolyte.export import to_csv, to_json

    if options.csv is not None:
        options.csv.write_text(to_csv([record]), encoding="utf-8")
    if options.json:
        print(to_json([record]))
    elif options.csv is None:
        print(to_csv([record]), end="")
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="surrogate-app", description="Surrogates of molecular simulations of soft matter."
    )
    parser.add_argument("--version", action="version", version=f"surrogate-app {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], help_: str) -> Any:
        added = commands.add_parser(
            name,
            help=help_,
            description=help_,
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )
        added.set_defaults(run=run)
        return added

    app = command("app", _app, "Serve the dashboard.")
    app.add_argument("--port", type=int, help="port to listen on; a free one by default")
    app.add_argument("--no-browser", action="store_true", help="do not open a browser")

    predict = command("predict", _predict, "Predict the density profiles of one electrolyte.")
    _add_system(predict)
    predict.add_argument("--model", help="name of the model; the default one if left out")
    _add_output(predict)

    sensitivity = command(
        "sensitivity", _sensitivity, "Tell which inputs of an electrolyte shape it where."
    )
    propagate = command(
        "propagate", _propagate, "Tell what inputs that are not exact make of a prediction."
    )
    for uncertain in (sensitivity, propagate):
        _add_system(uncertain)
        uncertain.add_argument(
            "--spread",
            nargs="+",
            required=True,
            metavar="NAME=WIDTH",
            help="standard deviations of inputs, as d_pos=0.01, or half ranges, as c=0.1:uniform",
        )
        uncertain.add_argument(
            "--z", type=float, nargs="+", help="positions in nm; all bins if left out"
        )
        _add_quantity(uncertain)
    propagate.add_argument("--samples", type=int, default=2048, help="systems, a power of two")
    propagate.add_argument("--seed", type=int, default=1, help="seed of the random numbers")
    propagate.add_argument(
        "--quantiles", type=float, nargs="*", default=[0.025, 0.16, 0.5, 0.84, 0.975]
    )

    sweep = command("sweep", _sweep, "Predict an electrolyte while one input takes some values.")
    _add_system(sweep)
    sweep.add_argument("--input", required=True, help="input that changes, as c or d_pos")
    sweep.add_argument("--values", type=float, nargs="+", required=True, help="its values")
    _add_quantity(sweep)

    fit = command("fit", _fit, "Find the Lennard-Jones parameters behind g(r) in files.")
    fit.add_argument("files", type=Path, nargs="+", metavar="FILE", help="files with g(r)")
    fit.add_argument("--density", type=float, required=True, help="number density in nm⁻³")
    fit.add_argument("--temperature", type=float, required=True, help="temperature in K")
    fit.add_argument("--model", help="name of the model; the default one if left out")
    fit.add_argument("--unit", help="unit of distances, nm, Å or σ; guessed if left out")
    fit.add_argument("--sigma", type=float, help="σ in nm, for files in units of σ")
    fit.add_argument("--column", type=int, help="which of the g columns, from 0")
    fit.add_argument("--normalise", action="store_true", help="divide g by the level of its tail")
    fit.add_argument(
        "--format",
        choices=["text", "gromacs", "lammps-real", "lammps-lj", "openmm"],
        default="text",
        help="how to print the parameters",
    )
    fit.add_argument("--csv", type=Path, help="write g(r) and fit to this file")
    fit.add_argument("--json", action="store_true", help="print JSON")

    simulate = command("simulate", _simulate, "Simulate one system.").add_subparsers(
        required=True, metavar="SUBJECT"
    )
    for name, run in (("electrolyte", _simulate), ("liquid", _simulate_liquid)):
        subject = simulate.add_parser(name, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
        subject.set_defaults(run=run)
        (_add_system if name == "electrolyte" else _add_fluid)(subject)
        subject.add_argument("--sweeps", type=int, default=20_000, help="length of the run")
        subject.add_argument("--seed", type=int, default=1, help="seed of the random numbers")
        _add_output(subject)

    examples = command("examples", _examples, "Simulate the examples of g(r) that are shipped.")
    examples.add_argument("--folder", type=Path, help="where the files go")
    examples.add_argument("--seed", type=int, default=1, help="seed of the random numbers")

    campaign = command("campaign", _campaign, "Simulate a design; resumes where it stopped.")
    campaign.add_argument("subject", choices=SUBJECTS)
    campaign.add_argument(
        "--design",
        help="electrolyte: sobol (if left out), sobol-4, sobol-16, dense, calibration, test, "
        "grid, shown, reference or a CSV file of systems; "
        "liquid: states (if left out), test, direct, argon, nist",
    )
    campaign.add_argument("--systems", type=int, help="number of systems, taken in sequence")
    campaign.add_argument("--folder", type=Path, help="where the results go")
    campaign.add_argument("--jobs", type=int, default=1, help="number of processes")
    campaign.add_argument("--minutes", type=float, default=math.inf, help="start nothing later")
    campaign.add_argument("--dask", metavar="ADDRESS", help="Dask scheduler to run on")

    train = command("train", _train, "Train a surrogate on the simulated data set.")
    train.add_argument("subject", choices=SUBJECTS)
    train.add_argument(
        "--model",
        help="electrolyte: wallnet (if left out), basenn, modnn, weighted; "
        "liquid: structure (if left out), then corresponding, deepilst",
    )
    train.add_argument(
        "--data", help="electrolyte: sobol, grid or all; the model's own systems by default"
    )
    train.add_argument("--seed", type=int, default=1, help="seed of weights, batches and labels")
    train.add_argument("--epochs", type=int, help="most epochs; the model's own number by default")
    train.add_argument("--minutes", type=float, default=math.inf, help="stop after this time")
    train.add_argument("--json", action="store_true", help="print the metadata")

    study = command("study", _study, "Train many networks to answer one question; resumes.")
    study.add_argument(
        "study",
        help="losses (means, soft labels or weights), default (on which systems to train it), "
        "hyperparameters (units and batch), systems or length (how the error falls with the "
        "number and the length of simulations)",
    )
    study.add_argument("--minutes", type=float, default=math.inf, help="pause after this time")

    evaluate = command("evaluate", _evaluate, "Measure every model on the test systems.")
    evaluate.add_argument("subject", choices=SUBJECTS)
    evaluate.add_argument("--json", action="store_true", help="print JSON instead of a table")
    evaluate.add_argument("--write", action="store_true", help="update the models and README.md")

    benchmark = command("benchmark", _benchmark, "Measure speed against the stated limits.")
    benchmark.add_argument("--json", action="store_true", help="print JSON instead of a table")
    benchmark.add_argument("--write", action="store_true", help="update README.md")

    command("report", _report, "Write docs/reproduction.md from the shipped data.")
    return parser


def _add_system(parser: Any) -> None:
    for flag, unit in (
        ("h", "slit width in nm"),
        ("c", "salt concentration in mol/L"),
        ("d-pos", "cation diameter in nm"),
        ("d-neg", "anion diameter in nm"),
        ("sigma-s", "surface charge density in C/m²"),
    ):
        parser.add_argument(f"--{flag}", type=float, required=True, help=unit)


def _add_quantity(parser: Any) -> None:
    parser.add_argument(
        "--quantity",
        default="charge_density",
        help="charge_density, n_pos, n_neg or integrated_charge",
    )
    parser.add_argument("--model", help="name of the model; the default one if left out")
    _add_output(parser)


def _add_fluid(parser: Any) -> None:
    for flag, unit in (
        ("c12", "repulsion in kJ/mol nm¹²"),
        ("c6", "attraction in kJ/mol nm⁶"),
        ("density", "number density in nm⁻³"),
        ("temperature", "temperature in K"),
    ):
        parser.add_argument(f"--{flag}", type=float, required=True, help=unit)
    parser.add_argument(
        "--engine", default="monte-carlo", help="monte-carlo or lammps; sweeps are then time steps"
    )


def _add_output(parser: Any) -> None:
    parser.add_argument("--csv", type=Path, help="write the results to this file")
    parser.add_argument("--json", action="store_true", help="print JSON instead of CSV")


if __name__ == "__main__":
    sys.exit(main())
