"""The tab Check: the prediction beside a simulation of the same system."""

from surrogate_app.app.electrolyte.tabs.check.state import CheckState
from surrogate_app.app.tabs import Tab

TAB = Tab(
    "check",
    "Check",
    order=60,
    view=f"{__name__}.view:CheckView",
    state=CheckState,
    exports=("check", "ions"),
)
