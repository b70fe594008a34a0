"""The files that declare what rules may name, each read from its nodes into the rule set's own nouns."""
