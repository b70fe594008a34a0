"""Planning: a decision becomes a plan of frozen actions, texts rendered and keys made. Pure; performs nothing."""
