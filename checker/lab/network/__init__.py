"""Real servers and peers on 127.0.0.1, and what they saw."""
