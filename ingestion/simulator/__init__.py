"""A small council's source systems, seeded; the demonstration and the benchmarks feed on it."""

from ingestion.simulator.council import OutOfRangeError, check_options, simulate

__all__ = ["OutOfRangeError", "check_options", "simulate"]
