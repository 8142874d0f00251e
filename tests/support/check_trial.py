"""A stand-in for a simulation in the background, which tells what it is given to tell."""

import numpy as np
from support.app_trial import Layers

from surrogate_app.electrolyte import SimulatedProfile
from surrogate_app.electrolyte.simulation.background import Update

IONS = (9, 5)


class Trial:
    """Simulates nothing; `made` holds all that were started."""

    made = ()

    def __init__(self, system, **options):
        self.system, self.options = system, options
        self.told, self.ended = [], False
        Trial.made = (*Trial.made, self)

    def updates(self):
        told, self.told = self.told, []
        return told

    def end(self):
        self.ended = True

    def tell(self, phase, done=0, planned=0, sweeps=None, **others):
        if sweeps is not None:
            others["profile"] = measured(self.system, sweeps, self.options["seed"])
            others["positions"] = np.zeros((sum(IONS), 3))
        self.told.append(Update(phase, done, planned, **others))


def measured(system, sweeps, seed):
    """A simulation, of 0.1 % more salt, off by a standard error from the trial model everywhere."""
    realised = system.replace(c=1.001 * system.c)
    predicted = Layers("one").predict(min(realised, system.replace(c=2.0), key=lambda s: s.c))
    sem = 0.02 * (predicted.n_pos > 0), 0.02 * (predicted.n_neg > 0)
    n = predicted.n_pos + 1.001 * sem[0], predicted.n_neg - 1.001 * sem[1]
    eps = 2.8 * sem[0], 2.8 * sem[1]
    return SimulatedProfile(
        *(realised, *n, *sem, *eps, *sem),
        pressure_wall=61.0,
        pressure_wall_sem=2.0,
        pressure_midplane=60.0,
        pressure_midplane_sem=1.0,
        requested=system,
        length=8.0,
        ions=IONS,
        acceptance=(0.4, 0.4),
        relocation_acceptance=0.1,
        sweeps=sweeps,
        equilibration=1000,
        seed=seed,
        min_anions=250,
    )
