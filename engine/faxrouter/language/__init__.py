"""The rule language: a snapshot of files becomes one typed rule set, or a list of problems. Does no I/O, decides
nothing."""
