"""OpenText Cloud Fax, simulated: the Messaging REST API (`/mra/v1`) with its fax queue, deliveries and webhooks.

What OpenText has not published is a guess, marked [G] as in `docs/opentext.md`; each stands in one table or setting.
"""

from faxrouter_simulators.cloudfax.simulator import CloudFaxSimulator, open_simulator

__all__ = ["CloudFaxSimulator", "open_simulator"]
