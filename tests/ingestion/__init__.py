"""Tests of the package that takes files in."""
