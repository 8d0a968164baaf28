"""Simulated source systems of a small council, from a seed, for the demo and the benchmarks."""

from ingestion.simulator.council import OutOfRangeError, check_options, simulate

__all__ = ["OutOfRangeError", "check_options", "simulate"]
