"""The journal: everything that was received, decided and done, kept for years. Knows no vendor, no rule language and no
durable engine.

Proof and personal payload are kept apart: proof rows hold ids, hashes, digests, times and rules, and can never be
changed; payload (values of facts, rendered texts, names) stands beside them and can be erased while the proof remains.
"""
