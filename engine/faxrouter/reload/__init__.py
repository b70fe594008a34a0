"""Rule files change while faxes are routed: watch, settle, gate, swap. A bad file changes nothing."""
