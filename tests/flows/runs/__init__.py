"""Tests of flows/runs."""
