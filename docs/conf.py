"""Settings of Sphinx; `make docs` builds the site, strictly, and it loads nothing from outside."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE / "extensions")]

from surrogate_app import __version__  # noqa: E402

project = "surrogate-app"
author = "The surrogate-app developers"
version = release = __version__
language = "en"

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxcontrib.katex",
    "cards",
    "commands",
]
exclude_patterns = ["extensions"]
nitpicky = True
# Names in docstrings stand between single backticks: links where the reference has them.
default_role = "py:obj"
nitpick_ignore_regex = [("py:obj", ".*")]

smartquotes_action = "qe"  # options keep their hyphens
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings state types, with shapes and units
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_theme = "pydata_sphinx_theme"
html_title = "surrogate-app"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_theme_options = {
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
copyright = "the surrogate-app developers, Apache-2.0"

# KaTeX draws the equations: its script comes with the extension, its style and fonts lie in static.
katex_css_path = "katex/katex.min.css"
