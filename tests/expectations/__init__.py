"""Tests of the gates and of the control models that they check."""
