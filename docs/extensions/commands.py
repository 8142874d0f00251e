"""The directive ``commands``: what every command takes, from the parser that reads it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from surrogate_app.cli.command import COMMANDS, Parser


def commands() -> Iterator[tuple[str, str]]:
    """Yield the name of each command, and its description in Markdown."""
    for command in COMMANDS.values():
        parser = Parser(prog=f"surrogate-app {command.name}", description=command.help)
        command.add_arguments(parser)
        yield command.name, "\n\n".join(_described(parser))


def _described(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield parser.description or ""
    usage = re.sub(r"\x1b\[[0-9;]*m", "", parser.format_usage())
    yield f"```text\n{usage.removeprefix('usage: ').strip()}\n```"
    formatter = parser.formatter_class(parser.prog)
    rows, nested = [], []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            nested += list(action.choices.values())
        elif not isinstance(action, argparse._HelpAction):
            named = ", ".join(f"`{name}`" for name in action.option_strings)
            choices = " or ".join(f"`{c}`" for c in action.choices or ())
            name = named or choices or f"`{action.metavar or action.dest}`"
            text = formatter._expand_help(action) if action.help else ""
            if named and choices:
                text = f"{text}: {choices}"
            rows.append(f"| {name} | {_cell(text)} |")
    if rows:
        yield "\n".join(["| argument | meaning |", "|---|---|", *rows])
    for each in nested:
        yield f"### {each.prog.removeprefix('surrogate-app ')}"
        yield from _described(each)
    if parser.epilog:
        yield parser.epilog


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


class Commands(SphinxDirective):
    """Inserts a section for each command."""

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        text = "\n\n".join(f"## {name}\n\n{description}" for name, description in commands())
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
