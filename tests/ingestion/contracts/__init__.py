"""Tests of ingestion/contracts."""
