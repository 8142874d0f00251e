"""Run a command of surrogate-app on jobs of SLURM, as many as there is work for.

python on_slurm.py surrogate-app campaign electrolyte --design systems.csv
"""

import subprocess
import sys

from dask_jobqueue import SLURMCluster

MOST_JOBS = 8


def main(command: list[str]) -> int:
    """Start a scheduler here, let it submit jobs, and run the command on them."""
    with SLURMCluster() as cluster:  # as jobqueue.yaml describes
        cluster.adapt(minimum_jobs=1, maximum_jobs=MOST_JOBS)
        return subprocess.call([*command, "--dask", cluster.scheduler_address])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
