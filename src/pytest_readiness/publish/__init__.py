"""Writes what render made."""
