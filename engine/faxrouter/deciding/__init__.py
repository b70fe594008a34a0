"""Facts and a rule set become a decision. Pure and total: no I/O, no clock, no vendor."""
