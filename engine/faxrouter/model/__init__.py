"""The nouns of faxrouter: frozen values that every room shares. Knows nothing, does no I/O."""
