"""State of the tab Potential: potential across the slit, capacitance against the walls' charge."""

from __future__ import annotations

from dataclasses import dataclass

from surrogate_app.app.electrolyte.analysis.state import ElectrolyteTabState, Target
from surrogate_app.app.electrolyte.theory import APPROACHES, NO_THEORY, THEORIES
from surrogate_app.electrolyte import capacitance
from surrogate_app.electrolyte.analysis.capacitance import Capacitance, capacitance_of_theory
from surrogate_app.electrolyte.export import analyses
from surrogate_app.electrolyte.export.analyses import SystemTable
from surrogate_app.electrolyte.profile import Profile


@dataclass(frozen=True)
class PotentialResult:
    """What the tab shows.

    Parameters
    ----------
    profile : Profile
        The prediction.
    curve : Capacitance
        Potential drop and capacitance over the surface charge.
    theories : dict of str to Capacitance
        The same by theory, for the kinds of ions that are drawn.
    """

    profile: Profile
    curve: Capacitance
    theories: dict[str, Capacitance]


class PotentialState(ElectrolyteTabState):
    """Potential and capacitance of the system that is shown, with the theory beside it."""

    result: PotentialResult | None

    @property
    def theory(self) -> str:
        """Theory that is drawn, a name in `THEORIES`."""
        return NO_THEORY if self.target is None else self.target.theory

    @property
    def slow(self) -> bool:
        """Whether to wait until the sliders rest: theory is solved for many charges."""
        return bool(THEORIES[self.theory])

    @property
    def call(self) -> str:
        """The Python statements that return what is shown."""
        if self.result is None:
            return ""
        found = self.result.curve
        return (
            "from surrogate_app.electrolyte import Electrolyte, Surrogate, capacitance\n\n"
            f"system = {found.system!r}\n"
            f'surrogate = Surrogate.load("{found.model}")\n'
            "profile = surrogate.predict(system)\n"
            "profile.z, profile.potential, profile.potential_drop\n"
            "curve = capacitance(surrogate, system)\n"
            "curve.sigma_s, curve.differential, curve.integral, curve.at_system"
        )

    def same(self, target: Target) -> bool:
        """Whether a target is the one that is shown, with the same theory beside it."""
        return super().same(target) and target.theory == self.theory

    def table(self, name: str) -> SystemTable:
        """Return the potential across the slit, or the capacitance."""
        if self.result is None or self.target is None:
            raise ValueError("There is nothing to export yet.")
        metadata = self.target.surrogate.metadata
        if name == "capacitance":
            return analyses.of_capacitance(self.result.curve, metadata)
        return analyses.of_potential(self.target.model, self.result.profile, metadata)

    def compute(self, target: Target) -> PotentialResult:
        """Return profile and capacitance; ValueError with one sentence where there are none."""
        found = self.draft(target)
        limits = float(found.curve.sigma_s[0]), float(found.curve.sigma_s[-1])
        drawn = {
            name: capacitance_of_theory(target.system, limits, APPROACHES[name])
            for name in THEORIES[self.theory]
        }
        return PotentialResult(found.profile, found.curve, drawn)

    def draft(self, target: Target) -> PotentialResult:
        """Return what there is without theory."""
        surrogate = target.surrogate
        profile = surrogate.predict(target.system)
        return PotentialResult(profile, capacitance(surrogate, target.system), {})
