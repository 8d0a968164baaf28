"""A small council's source systems, seeded; the demonstration and the benchmarks feed on it."""

from ingestion.simulator.council import simulate

__all__ = ["simulate"]
