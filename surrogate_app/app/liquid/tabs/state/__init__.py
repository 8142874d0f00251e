"""The tab State: the fitted fluids in the phase diagram, their pressure and energy."""

from surrogate_app.app.liquid.tabs.state.state import StateState
from surrogate_app.app.tabs import Tab

TAB = Tab("state", "State", order=20, view=f"{__name__}.view:StateView", state=StateState)
