"""The tab All files: the results of all files in a table."""

from surrogate_app.app.tabs import Tab

TAB = Tab("files", "All files", order=40, view=f"{__name__}.view:FilesView")
