"""Frozen types that every stage shares; no behaviour beyond what the types themselves mean."""
