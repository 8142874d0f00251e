"""The directive ``model-cards``: the cards of the trained models of a half, as JSON holds them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from surrogate_app.common.resources import pretrained_dir

FIELDS = {
    "command": "made by",
    "version": "version",
    "commit": "commit",
    "date": "date",
    "python": "Python",
    "seed": "seed",
    "weights_sha256": "SHA-256 of the weights",
    "epoch": "epoch whose weights were kept",
    "training_loss": "training loss",
    "validation_loss": "validation loss",
    "parameters": "inputs",
}
"""What a card shows as it is, and how it is called."""

UNITS = {"h": "nm", "c": "mol/L", "d_pos": "nm", "d_neg": "nm", "sigma_s": "C/m²"}


def cards(half: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each model of a half, and its card as a table in Markdown."""
    for path in sorted((pretrained_dir() / half).glob("*.json")):
        if path.stem != "evaluation":
            yield path.stem, table(json.loads(path.read_text(encoding="utf-8")))


def table(card: Mapping[str, Any]) -> str:
    """Write a card as a table in Markdown."""
    rows = [(label, _written(card[key])) for key, label in FIELDS.items() if key in card]
    if ranges := card.get("training_range"):
        ends = (
            f"{name} {low:g} to {high:g} {UNITS.get(name, '')}".rstrip()
            for name, (low, high) in ranges.items()
        )
        rows.append(("trained on inputs of", ", ".join(ends)))
    rows += [("training systems", text) for text in _systems(card.get("data", {}))]
    lines = [f"| {label} | {text} |" for label, text in rows]
    return "\n".join(["| field | value |", "|---|---|", *lines])


def _systems(data: Mapping[str, Any]) -> Iterator[str]:
    """Say of each campaign behind a model which one it is, and then what became of all systems."""
    for one in data.get("parts", data.get("campaigns", [data] if "options" in data else [])):
        made = f"`{one['options']['design']}`, {one.get('systems', '')} systems, seed {one['seed']}"
        yield made.replace(",  systems", "")
    counts = [f"{data[key]} for {key}" for key in ("training", "validation", "test") if key in data]
    if counts:
        yield ", ".join(counts)


def _written(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = str(value)
    return f"`{text}`" if " " in text or len(text) > 30 else text


class ModelCards(SphinxDirective):
    """Inserts a section for each model of the half that it names."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        half = self.arguments[0]
        for path in (pretrained_dir() / half).glob("*.json"):
            self.env.note_dependency(str(Path(path)))
        text = "\n\n".join(f"### {name}\n\n{card}" for name, card in cards(half))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("model-cards", ModelCards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
