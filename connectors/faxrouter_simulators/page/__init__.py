"""The page that shows what stands in the simulated systems, for people. Changes nothing, and needs no script."""

from faxrouter_simulators.page.routes import page_routes

__all__ = ["page_routes"]
