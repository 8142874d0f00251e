"""The tab Methods: all methods side by side, and maps of the error of potentials."""

from surrogate_app.app.liquid.tabs.methods.state import MethodsState
from surrogate_app.app.tabs import Tab

TAB = Tab(
    "methods",
    "Methods",
    order=28,
    view=f"{__name__}.view:MethodsView",
    state=MethodsState,
    exports=("methods", "error_map"),
)
