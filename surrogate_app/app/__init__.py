"""The dashboard: one page a model, shown by Voila or Jupyter. Importing it loads no widgets."""

import importlib
import sys

# jsonschema, which Voila, nbformat and so plotly import, offers to check addresses with a grammar
# of IRIs and builds that grammar at once: half the time until a kernel can show its page, for a
# check that nobody asks for. Without the grammar jsonschema skips that check.
_GRAMMAR = "rfc3987_syntax"

if "jsonschema" not in sys.modules and _GRAMMAR not in sys.modules:
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    try:
        importlib.import_module("jsonschema")
    except ImportError:
        pass  # nothing of the dashboard needs it itself
    finally:
        del sys.modules[_GRAMMAR]
