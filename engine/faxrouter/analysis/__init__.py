"""Questions about a rule set, answered before it goes live: its tests, and its pairs of rules. Does no I/O."""
