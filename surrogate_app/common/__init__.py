"""What both halves stand on: units, checks, provenance, files, errors of correlated runs."""
