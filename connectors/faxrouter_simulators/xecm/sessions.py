"""Logging in to the Content Server itself, and what it says of itself: /v1/auth, /v1/ping, /v1/serverinfo."""

from faxrouter_simulators.xecm.asked import Asked, Json
from faxrouter_simulators.xecm.callers import caller_with_id, fresh_ticket, user_with_password
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.members import Member, member, properties
from faxrouter_simulators.xecm.refusals import WRONG_CREDENTIALS
from faxrouter_simulators.xecm.server import ContentServer


def log_in(server: ContentServer, asked: Asked) -> Json:
    """Reads form fields; a JSON body has none, and no one logs in."""
    user = user_with_password(server, str(asked.form.get("username", "")), str(asked.form.get("password", "")))
    caller = None if user is None else caller_with_id(server, user)
    if caller is None:
        raise WRONG_CREDENTIALS.refusal()
    return {"ticket": fresh_ticket(server, caller)}


def current_user(server: ContentServer, asked: Asked) -> Json:
    """Also the exchange of an OTDS ticket or a bearer token: the ticket is in the header of the answer."""
    found = member(server, asked.caller.id)
    assert isinstance(found, Member)
    return {"data": properties(found, asked.caller)}


def ping(_server: ContentServer, _asked: Asked) -> Json:
    return {"rest_api": [{"build": 2, "href": "api/v1", "version": 1}, {"build": 2, "href": "api/v2", "version": 2}]}


def server_info(server: ContentServer, _asked: Asked) -> Json:
    timeout = int(server.settings.session_timeout * 1000)
    languages = [{"default": True, "display_name": "English", "language_code": "en"}]
    return {
        "mobile": {"cs_viewer_support": False, "offline_use": True},
        "server": {
            "advanced_versioning": True,
            "character_encoding": 1,
            "current_date": server.stamp().rstrip("Z"),
            "current_locale_suffix": "_en_US",
            "domain_access_enabled": False,
            "enhanced_advanced_versioning": False,
            "force_download_for_mime_types": [],
            "language_code": "USA",
            "languages": languages,
            "metadata_languages": languages,
            "url": server.base_path,
            "version": server.settings.version,
        },
        "sessions": {
            "enabled": True,
            "expire_after_last_login": False,
            "expire_after_last_request": True,
            "logout_url": "?func=ll.DoLogout",
            "session_inactivity": max(0, timeout - 180_000),
            "session_reaction_time": 180_000,
            "session_timeout": timeout,
        },
        "viewer": {"content_suite": {}},
    }


ENDPOINTS = (
    Endpoint("POST", "/v1/auth", log_in, open=True),
    Endpoint("GET", "/v1/auth", current_user),
    Endpoint("GET", "/v1/ping", ping, open=True),
    Endpoint("GET", "/v1/serverinfo", server_info, open=True),
)
