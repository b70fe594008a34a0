"""Connectors to fax services and records systems. See only `faxrouter.model` and `faxrouter.ports`."""
