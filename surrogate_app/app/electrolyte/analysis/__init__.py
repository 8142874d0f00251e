"""What the tabs of analysis have in common: quantity, spreads, positions and their controls."""
