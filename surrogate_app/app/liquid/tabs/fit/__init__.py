"""The tab Fit: g(r) of the file beside that of the fitted fluid."""

from surrogate_app.app.tabs import Tab

TAB = Tab("fit", "Fit", order=10, view=f"{__name__}.view:FitView")
