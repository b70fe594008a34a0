"""The home directory: its rule files as one settled snapshot, its settings, and the starter it can be made from."""
