"""Tests of the simulated council: its bytes, its feeds, its ties."""
