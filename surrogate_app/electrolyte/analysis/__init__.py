"""What follows from a surrogate: sensitivities, propagated uncertainty, surfaces and sweeps."""
