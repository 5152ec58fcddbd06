"""Measurements and policy to results and a verdict: pure."""
