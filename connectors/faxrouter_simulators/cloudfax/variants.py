"""[G] What Cloud Fax may do one way or the other where nothing is published, switchable while it runs."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from faxrouter_simulators.store import Store


class Variants(BaseModel):
    """One choice for each doubt. The defaults are the working assumptions of `docs/opentext.md`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # how a fax leaves the queue: a key of `bodies.BODIES`
    inbound_body: Literal["assumed", "renamed", "bytes"] = "assumed"
    # the answer to deleting a fax from the queue
    delete_status: Literal[200, 204] = 204
    # what a second job with a known `message_id` is answered: as the SOAP twin does, or sent again
    known_message_id: Literal["same job", "new job"] = "same job"
    # the state of a finished job whose fax has reached nobody
    failed_job: Literal["Error", "Complete"] = "Error"


class Switches:
    """The variants that are chosen, kept over a restart."""

    def __init__(self, store: Store) -> None:
        self._store = store
        row = store.row("SELECT chosen FROM variants")
        self.chosen = Variants() if row is None else Variants.model_validate_json(row["chosen"])

    def choose(self, variants: Variants) -> None:
        with self._store.changing():
            self._store.execute("INSERT OR REPLACE INTO variants VALUES (1, ?)", variants.model_dump_json())
            self._store.effect("variants chosen", "cloudfax", **variants.model_dump())
        self.chosen = variants
