"""A real PostgreSQL server, and what passes between it and its clients."""
