"""Tests of flows/processes."""
