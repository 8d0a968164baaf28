"""Tests of ingestion/intake."""
