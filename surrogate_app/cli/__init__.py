"""Command line: `surrogate-app COMMAND`."""
