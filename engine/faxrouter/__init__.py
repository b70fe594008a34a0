"""faxrouter: a configuration-driven router between a fax service and a records system."""

__version__ = "0.1.0"
