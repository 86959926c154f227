"""The event loop on the virtual clock."""
