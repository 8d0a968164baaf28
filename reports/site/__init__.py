"""The offline web report: one self-contained, accessible HTML page for a head of finance."""
