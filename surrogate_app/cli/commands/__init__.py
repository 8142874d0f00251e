"""Commands, one module each: its arguments and its action."""
