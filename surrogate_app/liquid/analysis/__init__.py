"""What follows from g(r) and a pair potential: pressure, methods side by side, error maps."""
