"""The tab Potential: potential across the slit, and the capacitance of its walls."""

from surrogate_app.app.electrolyte.tabs.potential.state import PotentialState
from surrogate_app.app.tabs import Tab

TAB = Tab(
    "potential",
    "Potential",
    order=28,
    view=f"{__name__}.view:PotentialView",
    state=PotentialState,
    exports=("potential", "capacitance"),
)
