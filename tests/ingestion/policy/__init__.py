"""Tests of ingestion/policy."""
