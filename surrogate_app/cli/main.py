"""Command line: `surrogate-app COMMAND`, one function per command."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from surrogate_app.cli import fit as cli_fit
from surrogate_app.cli.arguments import Run, parser
from surrogate_app.cli.models import DamagedModel, load
from surrogate_app.cli.output import abandon_output, explained, require_writable, tolerate_encodings

DONE, FAILURE, BAD_INPUT = 0, 1, 2

_FAILURES_SHOWN = 3

_WRONG_PATH = (
    *(FileNotFoundError, FileExistsError, IsADirectoryError),
    *(NotADirectoryError, PermissionError),
)


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
    tolerate_encodings()
    try:
        try:
            return _run(parser(COMMANDS).parse_args(arguments))
        finally:
            sys.stdout.flush()  # what can't be written is told here, not when Python ends
    except BrokenPipeError:  # whoever reads has seen enough, as `head` does
        abandon_output()
        return FAILURE
    except OSError as error:
        abandon_output()
        # paths are given by users; other files belong to the package
        wrong = isinstance(error, _WRONG_PATH) and error.filename is not None
        return _refuse(explained(error), BAD_INPUT if wrong else FAILURE)
    except json.JSONDecodeError as error:  # nothing that users write is JSON
        return _refuse(f"a file that should hold JSON is damaged: {error}", FAILURE)
    except ValueError as error:
        return _refuse(str(error), BAD_INPUT)
    except ModuleNotFoundError as error:
        return _refuse(_missing(error), FAILURE)
    except DamagedModel as error:
        return _refuse(str(error), FAILURE)
    except KeyboardInterrupt:
        return _refuse("stopped", FAILURE)


def _run(options: argparse.Namespace) -> int:
    if getattr(options, "csv", None) is not None:
        require_writable(options.csv, getattr(options, "files", ()))
    run: Run = options.run
    return run(options)


def _refuse(sentence: str, code: int) -> int:
    print(f"surrogate-app: {sentence}", file=sys.stderr)
    return code


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
    from surrogate_app.electrolyte.surrogate.surrogate import Surrogate

    surrogate, system = load(Surrogate, options.model), _system(options)
    call = python_call(surrogate.name, system)
    record = Record(surrogate.name, surrogate.predict(system), call, surrogate.metadata)
    for sentence in record.profile.warnings:
        print(sentence, file=sys.stderr)
    return _write_record(options, record)


def _sensitivity(options: argparse.Namespace) -> int:
    from surrogate_app.electrolyte import Surrogate, sensitivity, tables

    surrogate = load(Surrogate, options.model)
    found = sensitivity(surrogate, _system(options), **_uncertain(options))
    return _write_table(options, tables.of_sensitivity(found, surrogate.metadata))


def _propagate(options: argparse.Namespace) -> int:
    from surrogate_app.electrolyte import Surrogate, propagate, tables

    surrogate = load(Surrogate, options.model)
    number = {"samples": options.samples, "seed": options.seed}
    found = propagate(surrogate, _system(options), **_uncertain(options), **number)
    table = tables.of_propagation(found, surrogate.metadata, options.quantiles)
    return _write_table(options, table)


def _sweep(options: argparse.Namespace) -> int:
    from surrogate_app.electrolyte import Surrogate, sweep, tables

    surrogate = load(Surrogate, options.model)
    name = _input(options.input)
    found = sweep(surrogate, _system(options), name, options.values, options.quantity)
    return _write_table(options, tables.of_sweep(found, surrogate.metadata))


def _uncertain(options: argparse.Namespace) -> dict[str, Any]:
    spread, distribution = {}, {}
    for text in options.spread:
        name, _, rest = text.partition("=")
        width, colon, kind = rest.partition(":")
        name = _input(name)
        if name in spread:
            raise ValueError(f"{name} has two spreads; one is enough")
        try:
            spread[name] = float(width)
        except ValueError:
            raise ValueError(
                f"a spread is written as d_pos=0.01 or d_pos=0.01:uniform, got {text!r}"
            ) from None
        distribution[name] = kind if colon else "normal"
    return {
        "spread": spread,
        "distribution": distribution,
        "z": options.z,
        "quantity": options.quantity,
    }


def _input(text: str) -> str:
    """Name of an input of an electrolyte, which options write with a hyphen."""
    return text.replace("-", "_")


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
    from surrogate_app.electrolyte.simulation.run import simulate

    with _progress() as progress:
        profile = simulate(
            _system(options), sweeps=options.sweeps, seed=options.seed, progress=progress
        )
    return _write_record(options, Record("simulation", profile, profile.call, profile.run))


def _simulate_liquid(options: argparse.Namespace) -> int:
    from surrogate_app.liquid.export.simulation import to_csv, to_json
    from surrogate_app.liquid.simulation.run import simulate
    from surrogate_app.liquid.state import LJState
    from surrogate_app.liquid.validity import about_phase

    state = LJState(options.c12, options.c6, options.density, options.temperature)
    with _progress() as progress:
        result = simulate(
            state,
            sweeps=options.sweeps,
            seed=options.seed,
            progress=progress,
            engine=options.engine,
        )
    warnings = [sentence for sentence in (about_phase(state),) if sentence]
    for sentence in warnings:
        print(sentence, file=sys.stderr)
    if options.csv is not None:
        text = to_csv(result, options.sweeps, warnings)
        options.csv.write_text(text, encoding="utf-8")
    if options.json:
        print(to_json(result, options.sweeps, warnings))
    elif options.csv is None:
        print(to_csv(result, options.sweeps, warnings), end="")
    return DONE


def _examples(options: argparse.Namespace) -> int:
    from surrogate_app.liquid.data.examples import write_examples

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
        from surrogate_app.liquid.data.designs import campaign

        plan = campaign(options.design or "states", options.systems, options.folder)
    else:
        from surrogate_app.electrolyte.data import dataset

        plan = dataset.campaign(options.design or "sobol", options.systems, options.folder)
    left = plan.run(jobs=options.jobs, minutes=options.minutes, dask=options.dask)
    failures, number = plan.failures(), len(plan.parameters)
    if left:
        print(f"{left} systems left; run the same command again to resume", file=sys.stderr)
    else:
        done = f"{number - len(failures)} of" if failures else "all"
        print(f"{done} {number} systems done, in {plan.folder}", file=sys.stderr)
    for line in _told(failures):
        print(line, file=sys.stderr)
    return DONE


def _told(failures: Sequence[tuple[int, str]]) -> list[str]:
    """Say how many systems of a campaign failed, and why the first ones did."""
    if not failures:
        return []
    shown = [f"  index {index}: {sentence}" for index, sentence in failures[:_FAILURES_SHOWN]]
    rest = len(failures) - len(shown)
    title = f"{len(failures)} failed and will not be tried again:"
    return [title, *shown, *([f"  and {rest} more"] if rest else [])]


def _train(options: argparse.Namespace) -> int:
    length = {"seed": options.seed, "epochs": options.epochs, "minutes": options.minutes}
    if options.subject == "liquid":
        if options.data is not None:
            raise ValueError("--data is for electrolytes; liquid networks have one data set each")
        from surrogate_app.liquid.training.forward_models import require_trainable

        model = options.model or "structure"
        require_trainable(model)  # before TensorFlow, which takes its time
        from surrogate_app.liquid.training import inverse_models as liquid

        metadata = liquid.train(model, **length)
    else:
        from surrogate_app.electrolyte.training import studies

        model = options.model or "wallnet"
        studies.require_trainable(model)
        from surrogate_app.electrolyte.training import train as electrolyte

        metadata = electrolyte.train(model, data=options.data, **length)
    if options.json:
        print(json.dumps(metadata, indent=2))
    return DONE


def _study(options: argparse.Namespace) -> int:
    from surrogate_app.electrolyte.training.studies import require_study

    require_study(options.study)
    from surrogate_app.electrolyte.training import study_runs as training_studies

    left = training_studies.run(
        options.study, options.minutes, lambda line: print(line, file=sys.stderr, flush=True)
    )
    if left:
        print(f"{left} trials left; run the same command again to resume", file=sys.stderr)
    return DONE


def _evaluate(options: argparse.Namespace) -> int:
    evaluation = import_module(f"surrogate_app.{options.subject}.evaluation.evaluate")
    results = evaluation.evaluate()
    if options.write:
        evaluation.write(results)
    return _publish(options, results, evaluation.as_table(results), f"evaluate {options.subject}")


def _benchmark(options: argparse.Namespace) -> int:
    from surrogate_app.cli import benchmark

    results = benchmark.run()
    return _publish(options, results, benchmark.as_table(results), "benchmark")


def _report(options: argparse.Namespace) -> int:
    from surrogate_app.reports.documents import checkout
    from surrogate_app.reports.report import write_report

    write_report(checkout() / "docs")
    return DONE


def _publish(options: argparse.Namespace, results: Any, table: str, section: str) -> int:
    if options.write:
        from surrogate_app.reports.documents import checkout, replace_section

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


COMMANDS: dict[str, Run] = {
    "app": _app,
    "predict": _predict,
    "sensitivity": _sensitivity,
    "propagate": _propagate,
    "sweep": _sweep,
    "fit": cli_fit.run,
    "simulate electrolyte": _simulate,
    "simulate liquid": _simulate_liquid,
    "examples": _examples,
    "campaign": _campaign,
    "train": _train,
    "study": _study,
    "evaluate": _evaluate,
    "benchmark": _benchmark,
    "report": _report,
}
"""What each command does."""


if __name__ == "__main__":
    sys.exit(main())
