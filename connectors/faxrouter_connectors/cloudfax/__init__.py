"""OpenText Cloud Fax as fax service and fax sender, by its Messaging REST API."""

from datetime import timedelta

from faxrouter.model.failure import Unavailable
from faxrouter.ports import Connector, ConnectorSettings
from faxrouter_connectors.cloudfax.client import CloudFaxClient
from faxrouter_connectors.cloudfax.gamma_codes import read_gamma_codes
from faxrouter_connectors.cloudfax.inbound import REMEMBERED, CloudFaxInbox
from faxrouter_connectors.cloudfax.options import CloudFaxOptions
from faxrouter_connectors.cloudfax.outbound import CloudFaxSender
from faxrouter_connectors.cloudfax.spool import Spool
from faxrouter_connectors.http.breaker import Breaker
from faxrouter_connectors.http.system import System, open_client
from faxrouter_connectors.http.throttle import Throttle
from faxrouter_connectors.opening import read_options

_ROLES = frozenset({"fax service", "fax sender"})


def open_connector(settings: ConnectorSettings) -> Connector:
    """Raises Unavailable when an option is wrong. Asks the system for nothing: it may be down at the start."""
    options = read_options(CloudFaxOptions, settings)
    roles = settings.roles or _ROLES
    system = System(
        settings.name,
        clock=settings.clock,
        throttle=Throttle(per_second=options.calls_per_second, burst=options.burst),
        breaker=Breaker(),
    )
    authorities = settings.home / options.authorities if options.authorities is not None else None
    http = open_client(base_url=options.url, timeout=options.timeout, authorities=authorities, proxy=options.proxy)
    client = CloudFaxClient(system, http, options.login)
    codes = read_gamma_codes(settings.home / options.gamma_codes if options.gamma_codes is not None else None)
    return Connector(
        name=settings.name,
        fax_service=_inbox(settings, options, client) if "fax service" in roles else None,
        fax_sender=CloudFaxSender(client, codes, name=settings.name, guesses=options.guesses, webhook=options.webhook)
        if "fax sender" in roles
        else None,
        close=http.close,
    )


def _inbox(settings: ConnectorSettings, options: CloudFaxOptions, client: CloudFaxClient) -> CloudFaxInbox:
    if options.inbound is None:
        mend = 'say what an inbound fax looks like: inbound = {yaml = "cloudfax-inbound.yaml"}'
        raise Unavailable(f"connector `{settings.name}`: {mend}")
    try:
        spool = Spool(settings.state)
        spool.forget_acknowledged(before=settings.clock.now() - REMEMBERED)
    except OSError as error:
        reason = f"its folder {settings.state} cannot be made: {error.strerror}"
        raise Unavailable(f"connector `{settings.name}`: {reason}") from error
    narrowed = {
        "group_no": options.group_no,
        "customer": "True" if options.customer else None,
        "domain": options.domain,
    }
    return CloudFaxInbox(
        client,
        options.inbound,
        spool,
        name=settings.name,
        clock=settings.clock,
        query=[(key, value) for key, value in narrowed.items() if value is not None],
        hold=timedelta(seconds=options.hold_sec),
        acknowledge_path=options.guesses.acknowledge,
    )
