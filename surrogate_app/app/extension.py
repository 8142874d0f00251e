"""Settings with which Voila shows the pages as an extension of Jupyter Server, as on Binder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from surrogate_app.common.resources import voila_config_dir

_HOOK = '''"""What Jupyter Server does before Voila starts the kernel of a page."""

from surrogate_app.app.extension import remember

get_config().VoilaConfiguration.prelaunch_hook = remember
'''


def remember(request: Any, **_page: Any) -> None:
    """Answer with the cookie without which a page may not end its kernel when it is left.

    Parameters
    ----------
    request : JupyterHandler
        The request for a page.
    """
    _ = request.xsrf_token


def configure(folder: str | Path) -> None:
    """Write the settings into a folder of Jupyter's configuration.

    Voila reads its own; Jupyter Server reads after how long kernels that nobody looks at are
    ended. Voila starts a kernel for every page that is opened: a page ends its own when it is left.

    Parameters
    ----------
    folder : path
        Such as ``etc/jupyter`` of an environment, or any folder that is named in
        ``JUPYTER_CONFIG_PATH``; made where it is missing.
    """
    folder = Path(folder)
    servers = folder / "jupyter_server_config.d"
    servers.mkdir(parents=True, exist_ok=True)
    settings = voila_config_dir() / "voila.json"
    shutil.copyfile(settings, folder / "voila.json")
    shutil.copyfile(settings, servers / "surrogate-app.json")
    (folder / "jupyter_server_config.py").write_text(_HOOK, encoding="utf-8")
