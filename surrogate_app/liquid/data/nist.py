"""Reference calculations of a Lennard-Jones liquid by others, to check the simulation with.

Monte Carlo simulations at constant volume and temperature of 500 atoms, cut at 3σ, with the usual
corrections for what lies beyond: Lennard-Jones fluid properties in the NIST Standard Reference
Simulation Website, NIST Standard Reference Database 173,
https://mmlapps.nist.gov/srs/LJ_PURE/mc.htm.
"""

ATOMS = 500
"""Number of atoms."""

CUT = 3.0
"""Distance in σ at which the potential is cut."""

TABLE = (
    (0.776, 0.85, -5.5121, 0.0067714),
    (0.780, 0.85, -5.5386, 0.047924),
    (0.820, 0.85, -5.7947, 0.55355),
    (0.860, 0.85, -6.0305, 1.2660),
    (0.900, 0.85, -6.2391, 2.2314),
    (0.776, 0.90, -5.4689, 0.24056),
    (0.780, 0.90, -5.4956, 0.27851),
    (0.820, 0.90, -5.7456, 0.82386),
    (0.860, 0.90, -5.9753, 1.5781),
    (0.900, 0.90, -6.1773, 2.5848),
)
"""Density ρ*, temperature T*, potential energy per atom U* and pressure p*."""
