"""Where a model's server is and what opens it; no package is loaded to say so."""

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

OPENAI_URL = "https://api.openai.com/v1"
PAID = frozenset({"openai", "azure"})
"""Providers that always cost money; a compatible server does when the price list names it."""


@dataclass(frozen=True)
class Connection:
    """Where the server is and what opens it; the key never shows in a text."""

    key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    azure_endpoint: str | None = None
    azure_version: str = "2024-10-21"

    @property
    def url(self) -> str:
        """Give the address that is called."""
        return self.azure_endpoint or self.base_url or OPENAI_URL

    @property
    def host(self) -> str:
        """Give the address as it may be shown: without path, name or password."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


@dataclass(frozen=True)
class Provider:
    """One server that models are asked of: `openai`, `azure` or `compatible`."""

    name: str
    connection: Connection


class ServerSettings(Protocol):
    """What of the settings says which servers there are."""

    @property
    def openai_api_key(self) -> SecretStr | None: ...
    @property
    def openai_base_url(self) -> str | None: ...
    @property
    def azure_openai_endpoint(self) -> str | None: ...
    @property
    def azure_openai_api_key(self) -> SecretStr | None: ...
    @property
    def openai_api_version(self) -> str: ...


def providers(settings: ServerSettings) -> tuple[Provider, ...]:
    """List the servers that are configured, the default one first.

    A key goes to one place: without one of its own, Azure gets SHIOMI_OPENAI_API_KEY and the others go without.
    """
    shared, own = _secret(settings.openai_api_key), _secret(settings.azure_openai_api_key)
    found = []
    if settings.azure_openai_endpoint:
        azure = Connection(own or shared, None, settings.azure_openai_endpoint, settings.openai_api_version)
        found.append(Provider("azure", azure))
        shared = shared if own else None
    if settings.openai_base_url and settings.openai_base_url.rstrip("/") != OPENAI_URL:
        found.append(Provider("compatible", Connection(shared, settings.openai_base_url)))
    elif shared:
        found.append(Provider("openai", Connection(shared, OPENAI_URL)))
    return tuple(found)


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None
