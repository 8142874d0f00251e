"""The forward surrogate: from a pair potential and a state to g(r)."""
