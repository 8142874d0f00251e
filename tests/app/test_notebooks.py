"""The notebooks of the pages run clean and import nothing heavy."""

import sys

import nbformat
import pytest
from nbclient import NotebookClient


def test_importing_the_app_hides_no_module():
    import surrogate_app.app  # noqa: F401

    assert all(module is not None for module in sys.modules.values())


@pytest.mark.parametrize(
    "name", ["confined_electrolyte.ipynb", "lennard_jones_fit.ipynb", "index.ipynb"]
)
def test_notebook_runs_clean_and_without_tensorflow(root, name):
    path = root / "notebooks" / name
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
    heavy = "import sys; print([m for m in ('tensorflow', 'keras', 'numba') if m in sys.modules])"
    notebook.cells.append(nbformat.v4.new_code_cell(heavy))
    NotebookClient(notebook, timeout=120).execute(cwd=str(path.parent))
    outputs = notebook.cells[-1].outputs
    assert "".join(output.text for output in outputs) == "[]\n"
