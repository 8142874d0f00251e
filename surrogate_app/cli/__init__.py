"""Command line: `surrogate-app COMMAND`, one module a command."""
