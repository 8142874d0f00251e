"""The tab By hand: g(r) for parameters that the user sets."""

from surrogate_app.app.liquid.tabs.by_hand.state import ByHandState
from surrogate_app.app.tabs import Tab

TAB = Tab("by_hand", "By hand", order=30, view=f"{__name__}.view:ByHandView", state=ByHandState)
