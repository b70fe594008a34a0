"""The `FaxSender` port of Cloud Fax: a job is submitted, followed, cancelled; webhooks tell which one changed.

Facts B1. A webhook is not signed, so it proves nothing: the address is secret, the caller stands in a list, and what is
believed is only what the service answers when it is asked.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC
from ipaddress import ip_address
from typing import Any

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.model.transmission import Transmission
from faxrouter.ports import FaxToSend, WebhookCall
from faxrouter_connectors.cloudfax.client import CloudFaxClient
from faxrouter_connectors.cloudfax.gamma_codes import GammaCode
from faxrouter_connectors.cloudfax.jobs import statuses_in, transmission_of, unknown
from faxrouter_connectors.cloudfax.options import Guesses, WebhookOptions
from faxrouter_connectors.http.answer import Answer

_SUBMIT, _STATUS, _CANCEL, _WEBHOOK = "submit fax", "read transmission", "cancel fax", "take webhook"
_PATH = "/mra/v1/outbound/faxes"
# bytes; a status is a few kilobytes
_LARGEST_WEBHOOK = 1024 * 1024


class CloudFaxSender:
    """Outbound faxes of one account."""

    def __init__(
        self,
        client: CloudFaxClient,
        codes: Mapping[int, GammaCode],
        *,
        name: str,
        guesses: Guesses,
        webhook: WebhookOptions | None,
    ) -> None:
        self.name = name
        self.knows_repeats = guesses.message_id_is_unique
        self._client = client
        self._codes = codes
        self._guesses = guesses
        self._webhook = webhook

    def submit(self, fax: FaxToSend, *, idempotency_key: str) -> str:
        options: dict[str, Any] = {
            "message_id": idempotency_key[:80],
            "customer_reference": fax.our_reference,
            "coversheet": {"enabled": fax.cover is not None, **(fax.cover or {})},
            "translation_options": {"fax_mode": "fine" if fax.fine else "standard"},
        }
        if fax.billing_code:
            options["billing_code"] = fax.billing_code
        if fax.not_after is not None:
            options["end_time"] = fax.not_after.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        value = {
            "destinations": [{"fax": fax.to_number.lstrip("+"), "ref": fax.our_reference}],
            "documents": list(self._documents(fax)),
            "options": options,
        }
        answer = self._client.call("POST", _PATH, operation=_SUBMIT, changes=True, value=value)
        said = answer.json()
        job = said.get("job_id") if isinstance(said, dict) else None
        if not isinstance(job, str) or not job:
            raise self._failed(FailureKind.UNKNOWN, _SUBMIT, "the answer names no job")
        return job

    def transmission(self, reference: str) -> Transmission:
        answer = self._client.call(
            "GET",
            f"{_PATH}/status",
            operation=_STATUS,
            changes=False,
            params=[("job_id", reference)],
            accept=(404,),
        )
        for status in statuses_in(answer.json()) if answer.is_success else ():
            if status["job_id"] == reference:
                return transmission_of(status, self._codes, pages=None)
        return unknown(reference)

    def cancel(self, reference: str) -> None:
        path = self._guesses.cancel.format(job=reference)
        self._client.call("DELETE", path, operation=_CANCEL, changes=True, accept=(404, 409))

    def references_in(self, call: WebhookCall) -> Sequence[str]:
        self._check_caller(call)
        body = Answer(status=200, headers=call.headers, body=call.body[: _LARGEST_WEBHOOK + 1])
        if len(body.body) > _LARGEST_WEBHOOK:
            raise self._failed(FailureKind.REJECTED, _WEBHOOK, "the call is too long")
        jobs = list(dict.fromkeys(str(status["job_id"]) for status in statuses_in(body.json())))
        if not jobs:
            raise self._failed(FailureKind.REJECTED, _WEBHOOK, "the call names no job")
        return jobs

    def health(self) -> str | None:
        return self._client.health()

    def _check_caller(self, call: WebhookCall) -> None:
        expected = self._webhook.secret.get_secret_value() if self._webhook is not None else ""
        is_known = hmac.compare_digest(expected.encode(), call.secret.encode()) and bool(expected)
        if not is_known or not self._is_allowed(call.remote_address):
            raise self._failed(FailureKind.UNAUTHORISED, _WEBHOOK, "the caller is not the service")

    def _is_allowed(self, address: str) -> bool:
        try:
            caller = ip_address(address)
        except ValueError:
            return False
        return self._webhook is not None and any(caller in network for network in self._webhook.allow)

    def _documents(self, fax: FaxToSend) -> Sequence[Mapping[str, str]]:
        found = []
        for number, (path, media_type) in enumerate(zip(fax.documents, fax.media_types, strict=True), start=1):
            kind = self._guesses.document_types.get(media_type)
            if kind is None:
                raise self._failed(FailureKind.REJECTED, _SUBMIT, f"the service takes no `{media_type}`")
            data = base64.b64encode(path.read_bytes()).decode("ascii")
            found.append({"name": f"document-{number}.{kind}", "type": kind, "data": data})
        return found

    def _failed(self, kind: FailureKind, operation: str, reason: str) -> Failed:
        return self._client.system.failed(kind, operation, reason)
