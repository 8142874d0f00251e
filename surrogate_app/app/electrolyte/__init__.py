"""The page on ions in a charged slit: `Dashboard` shows it, `ElectrolyteState` is its state."""

from surrogate_app.app.electrolyte.curve import Curve
from surrogate_app.app.electrolyte.page import Dashboard
from surrogate_app.app.electrolyte.state import ElectrolyteState

__all__ = ["Curve", "Dashboard", "ElectrolyteState"]
