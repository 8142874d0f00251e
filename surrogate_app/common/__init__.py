"""What both halves stand on."""
