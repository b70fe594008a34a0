"""OpenText Cloud Fax and Extended ECM as real HTTP servers with the wire behaviour of `docs/opentext.md`, on disk.

For tests, demonstrations and rehearsals. Imports no connector, and no connector imports it, so that both do not share
one misreading of the wire.
"""
