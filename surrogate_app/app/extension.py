"""Settings with which Voila shows the pages as an extension of Jupyter Server, as on Binder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from traitlets.config import Config

from surrogate_app.common.resources import voila_config_dir

_EXTENDED = '''"""Settings of Jupyter Server for the pages of surrogate-app."""

from surrogate_app.app.extension import extend

extend(get_config())
'''


def remember(request: Any, **_page: Any) -> None:
    """Answer with the cookie without which a page may not end its kernel when it is left.

    Parameters
    ----------
    request : JupyterHandler
        The request for a page.
    """
    _ = request.xsrf_token


def extend(config: Config) -> None:
    """Add the settings of the pages to those of Jupyter Server.

    They also say after how long kernels that nobody looks at are ended: Voila starts one for every
    page that is opened, and a page ends its own when it is left.

    Parameters
    ----------
    config : Config
        What ``get_config()`` returns in a file of settings.
    """
    settings = json.loads((voila_config_dir() / "voila.json").read_text(encoding="utf-8"))
    config.merge(Config(settings))
    config.VoilaConfiguration.prelaunch_hook = remember


def configure(folder: str | Path) -> None:
    """Write the settings of the pages into a folder of Jupyter's configuration.

    Voila reads some of them from a file of its own.

    Parameters
    ----------
    folder : path
        Such as ``etc/jupyter`` of an environment, or any folder that is named in
        ``JUPYTER_CONFIG_PATH``; made where it is missing.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(voila_config_dir() / "voila.json", folder / "voila.json")
    (folder / "jupyter_server_config.py").write_text(_EXTENDED, encoding="utf-8")
