"""The dashboard as what each user of a JupyterHub sees.

Install surrogate-app and jupyterhub into one environment, and start the hub there with

    jupyterhub -f jupyterhub_config.py

Each user has a server of their own, behind the log-in of the hub, which shows the pages by Voila.
Choose an authenticator and a spawner as for any hub.
"""

from pathlib import Path

from surrogate_app.app.extension import configure
from surrogate_app.common.resources import notebooks_dir

c = get_config()  # noqa: F821

settings = Path("jupyter-settings").resolve()  # which the users may read
configure(settings)

c.Spawner.environment = {"JUPYTER_CONFIG_PATH": str(settings)}
c.Spawner.notebook_dir = str(notebooks_dir())
c.Spawner.default_url = "/voila/render/index.ipynb"
c.Spawner.mem_limit = "2G"
# a page without a visitor ends after 20 minutes, the whole server of a user by the hub's own
# jupyterhub-idle-culler
