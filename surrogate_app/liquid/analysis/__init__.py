"""What follows from a pair potential and its structure: pressure and energy."""
