"""The settings of one home: `faxrouter.toml`, the only place for hosts, identities, secrets and paths. Knows no rule.

A secret never stands in the file: `{env = "NAME"}` or `{file = "PATH"}` stands in its place, and what it stands for is
held as a `SecretStr`, which does not print. Everything has a default: a home without the file runs on its own folder.
"""

from faxrouter.settings.reading import FILE, MAX_BYTES, PROBLEMS, locate_home, read_settings, simulated_secrets
from faxrouter.settings.values import ConnectorEntry, Settings, SimulatorSettings, WebhookSettings

__all__ = [
    "FILE",
    "MAX_BYTES",
    "PROBLEMS",
    "ConnectorEntry",
    "Settings",
    "SimulatorSettings",
    "WebhookSettings",
    "locate_home",
    "read_settings",
    "simulated_secrets",
]
