"""Tests of ingestion/sources."""
