"""What `docs/generate.py` makes out of the program: one module for each page."""
