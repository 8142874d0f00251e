"""The tab Sweep: curves for several values of one input."""

from surrogate_app.app.electrolyte.tabs.sweep.state import SweepState
from surrogate_app.app.tabs import Tab

TAB = Tab(
    "sweep",
    "Sweep",
    order=30,
    view=f"{__name__}.view:SweepView",
    state=SweepState,
    exports=("sweep",),
)
