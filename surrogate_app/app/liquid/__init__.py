"""The page that fits Lennard-Jones potentials: `Dashboard` shows it, `LiquidState` is its state."""

from surrogate_app.app.liquid.page import Dashboard
from surrogate_app.app.liquid.state import LiquidState

__all__ = ["Dashboard", "LiquidState"]
