"""Tests of flows/answers."""
