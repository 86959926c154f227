"""The same answer several times: in other orders of events, and cancelled at each await point."""
