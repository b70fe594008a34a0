"""faxrouter: a configuration-driven router between a fax service and a records system."""

import zoneinfo

__version__ = "0.1.0"

# Time zones come from the pinned package tzdata on every machine, never from what the system happens to have: the same
# fax must be decided alike everywhere, and the version that a decision records must be the one that was used.
zoneinfo.reset_tzpath(to=())
