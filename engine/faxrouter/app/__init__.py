"""The composition root: settings become connectors, stores, rules and a running router. Decides and performs nothing
itself."""
