"""What Jupyter Server does on Binder before Voila starts the kernel of a page."""

from typing import Any

from jupyter_server.base.handlers import JupyterHandler


def remember(request: JupyterHandler, **_page: Any) -> None:
    """Answer with the cookie without which a page may not end its kernel when it is left."""
    _ = request.xsrf_token


get_config().VoilaConfiguration.prelaunch_hook = remember  # noqa: F821
