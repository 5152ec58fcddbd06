"""Scorecard to text: pure; one module a format."""
