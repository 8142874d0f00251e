"""The tab Sensitivity: shares of the inputs in the variance of a quantity."""

from surrogate_app.app.electrolyte.tabs.sensitivity.state import SensitivityState
from surrogate_app.app.tabs import Tab

TAB = Tab(
    "sensitivity",
    "Sensitivity",
    order=40,
    view=f"{__name__}.view:SensitivityView",
    state=SensitivityState,
    exports=("sensitivity", "sensitivity_places", "response_surface"),
)
