"""Tests of flows/replays."""
