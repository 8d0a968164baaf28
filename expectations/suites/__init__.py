"""One module per gate: its rules in plain words, and the expectations that check them."""
