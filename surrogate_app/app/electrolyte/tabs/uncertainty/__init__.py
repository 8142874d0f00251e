"""The tab Uncertainty: the distribution of a quantity for uncertain inputs."""

from surrogate_app.app.electrolyte.tabs.uncertainty.state import UncertaintyState
from surrogate_app.app.tabs import Tab

TAB = Tab(
    "uncertainty",
    "Uncertainty",
    order=50,
    view=f"{__name__}.view:UncertaintyView",
    state=UncertaintyState,
    exports=("uncertainty", "distribution", "profile_density"),
)
