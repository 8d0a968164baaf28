"""One module per gate: its rules in plain words, and what is found when they are asked."""
