"""Tests of flows/day."""
