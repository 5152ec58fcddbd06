"""Evidence to measurements: pure."""
