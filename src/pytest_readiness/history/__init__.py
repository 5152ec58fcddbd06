"""The history: what runs left behind, kept in SQLite or PostgreSQL, and read back for measuring."""
