"""The one place that reads the environment: every option typed, with a default that works on a fresh machine."""

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "SHIOMI_"


class SettingsError(Exception):
    """One or more settings are wrong; the message has one line for each."""


class Settings(BaseSettings):
    """All settings. Each field is set by the variable SHIOMI_<FIELD>; an empty variable counts as not set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    data_dir: Path = Field(
        Path("var"), description="Where everything that lasts is kept: database, blobs, models, logs."
    )
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the web server listens on.")
    workers: int = Field(2, ge=1, le=64, description="Jobs worked on at the same time on this machine.")
    web_processes: int = Field(2, ge=1, le=32, description="Web server processes.")
    web_threads: int = Field(64, ge=4, le=512, description="Threads in each web server process.")
    model_threads: int = Field(1, ge=1, le=64, description="Threads a local model may use in each process.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = Field(
        "INFO", description="Least important log level that is written."
    )
    log_json: bool = Field(False, description="Write logs as JSON lines instead of readable text.")

    database_url: SecretStr | None = Field(
        None, description="Postgres >= 16 with pgvector >= 0.8; without it an embedded one is started."
    )
    broker_url: SecretStr | None = Field(
        None, description="Redis, Valkey or RabbitMQ for Celery; without it an embedded one is started."
    )
    limits_url: SecretStr | None = Field(
        None, description="Redis or Valkey for rate limits across web servers; default: the broker if it is one."
    )
    blob_url: SecretStr | None = Field(
        None,
        description="Where originals are kept: file:///path or an Azure connection string. Default: DATA_DIR/blobs.",
    )
    blob_container: str = Field(
        "shiomi",
        pattern=r"^[a-z0-9](?:-?[a-z0-9]){2,62}$",
        description="Azure container of the originals; made when it is missing.",
    )
    blob_direct: bool = Field(
        False, description="Let clients send to and fetch from Azure Blob directly, by addresses signed for minutes."
    )
    blob_grace_hours: int = Field(
        24, ge=1, description="Hours a blob that no record names is kept before the collector takes it."
    )

    api_key: SecretStr | None = Field(
        None, min_length=16, description="If set, this key exists with role admin in workspace default."
    )
    admin_password: SecretStr | None = Field(
        None, min_length=8, description="Password of the first admin; without it one is made and shown once."
    )
    secret_key: SecretStr | None = Field(
        None, min_length=32, description="Signs sessions; default: made once and kept in DATA_DIR."
    )
    session_hours: int = Field(24, ge=1, le=720, description="Hours until a login ends.")
    login_attempts: int = Field(
        5,
        ge=1,
        le=100,
        description="Wrong passwords in 15 min that lock a name for an address; ten times as many lock an address.",
    )
    https_only: bool = Field(False, description="Set behind HTTPS: secure cookies and HSTS.")
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front whose X-Forwarded-* are believed."
    )

    fetch_allow: str | None = Field(
        None,
        description="Private hosts, addresses or networks that downloads, webhooks and backfills may reach, by commas.",
    )
    backfill_azure: SecretStr | None = Field(
        None, description="Azure connection string that scripts.backfill reads from; default: SHIOMI_BLOB_URL."
    )
    backfill_api_key: SecretStr | None = Field(
        None, description="Bearer token that scripts.backfill --source api sends along."
    )
    max_upload_mb: int = Field(512, ge=1, description="Largest file of one upload, in MiB.")
    max_resumable_mb: int = Field(20_480, ge=1, description="Largest file of one resumable upload, in MiB.")
    upload_hours: int = Field(48, ge=1, le=168, description="Hours an unfinished upload is kept after its last bytes.")
    workspace_quota_mb: int | None = Field(
        None, ge=1, description="Most the originals of one workspace may take, in MiB; without it there is no limit."
    )
    snapshot_dir: Path | None = Field(None, description="Where snapshots are kept. Default: snapshots/ in DATA_DIR.")
    snapshot_hours: int = Field(0, ge=0, le=8760, description="Hours between automatic snapshots; 0: none.")
    snapshot_keep: int = Field(7, ge=1, description="Automatic snapshots that are kept; older ones are deleted.")
    postgres_bin: Path | None = Field(
        None, description="Folder of pg_dump and pg_restore for a newer Postgres; default: those of the embedded one."
    )
    rate_limit: str = Field("6000/minute", description="API calls allowed for each key or address (limits notation).")
    lease_seconds: float = Field(3.0, ge=1, le=600, description="A worker silent for this long has lost its job.")
    max_attempts: int = Field(5, ge=1, le=50, description="Tries of a job whose faults pass, before it fails.")
    max_deaths: int = Field(3, ge=1, le=20, description="Worker deaths on one job before it is quarantined.")
    extract_memory_mb: int = Field(1536, ge=256, description="Memory a child process may use to open one file, in MiB.")
    extract_seconds: int = Field(600, ge=5, description="Time a child process may take to open one file, in seconds.")
    events_days: int = Field(30, ge=1, description="Days the progress events of ended jobs are kept.")

    openai_api_key: SecretStr | None = Field(None, description="Key of OpenAI, Azure OpenAI or a compatible server.")
    openai_base_url: str | None = Field(None, description="Base URL of an OpenAI-compatible server.")
    azure_openai_endpoint: str | None = Field(None, description="Endpoint of an Azure OpenAI resource.")
    azure_openai_api_key: SecretStr | None = Field(
        None, description="Key of Azure OpenAI; without it Azure gets SHIOMI_OPENAI_API_KEY, and no other server does."
    )
    openai_api_version: str = Field("2024-10-21", description="API version of Azure OpenAI chat, vision and speech.")
    chat_model: str | None = Field(
        None, description="Language model that writes and answers; without it reports are put together from facts."
    )
    vision_model: str | None = Field(None, description="Model that looks at pictures; without it there is only OCR.")
    speech_model: str | None = Field(
        None, description="Remote model that writes down speech; without it no server is asked to."
    )
    model_calls_at_once: int = Field(
        4, ge=1, le=1000, description="Calls to one model provider at the same time, over all processes."
    )
    model_seconds: float = Field(
        120.0, ge=1, le=3600, description="Longest wait for a model's answer or the next piece of it, in seconds."
    )
    model_monthly_budget: Decimal | None = Field(
        None,
        ge=0,
        description="Most that paid model calls of all workspaces may cost in a calendar month (UTC), in the price "
        "list's currency; without it there is no limit.",
    )
    model_calls_days: int = Field(
        90, ge=1, description="Days that each single model call is kept; the sums of each day stay."
    )
    prices_file: Path | None = Field(
        None, description="Price list that corrects and extends llm/prices.toml, in the same form."
    )
    embedding_api_version: str = Field("2024-02-01", description="API version of Azure OpenAI embeddings.")
    embedding_model: str | None = Field(
        None, description="Embedding model; without it the embedded multilingual-e5-small, which needs no network."
    )
    embedding_dimension: int | None = Field(
        None, ge=64, le=4000, description="Dimension of the embedding model, where it can't be known."
    )

    def allowed_hosts(self) -> tuple[str, ...]:
        """Give the private hosts, addresses and networks that may be reached."""
        return tuple(part.strip() for part in (self.fetch_allow or "").split(",") if part.strip())

    @field_validator("blob_url")
    @classmethod
    def _blob_url_is_known(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not is_blob_url(value.get_secret_value()):
            raise ValueError("must be a file:///absolute/path URL or an Azure Storage connection string")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_is_postgres(cls, value: SecretStr | None) -> SecretStr | None:
        return _with_scheme(value, {"postgresql", "postgres"})

    @field_validator("broker_url")
    @classmethod
    def _broker_is_known(cls, value: SecretStr | None) -> SecretStr | None:
        return _with_scheme(value, {"redis", "rediss", "amqp", "amqps"})

    @field_validator("openai_base_url", "azure_openai_endpoint")
    @classmethod
    def _model_server_is_http(cls, value: str | None) -> str | None:
        return _http(value)

    @field_validator("limits_url")
    @classmethod
    def _limits_is_redis(cls, value: SecretStr | None) -> SecretStr | None:
        return _with_scheme(value, {"redis", "rediss"})


def is_blob_url(value: str) -> bool:
    """Tell whether this is an absolute file URL, or a connection string that names an account or an endpoint."""
    parts = urlsplit(value)
    if parts.scheme == "file":
        return parts.netloc in {"", "localhost"} and parts.path.startswith("/")
    named = {name.strip().lower() for name, equals, _ in (pair.partition("=") for pair in value.split(";")) if equals}
    return bool(named & {"accountname", "blobendpoint", "usedevelopmentstorage"})


def _http(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound:
        raise ValueError("must be an http:// or https:// URL")
    return value


def _with_scheme(value: SecretStr | None, schemes: set[str]) -> SecretStr | None:
    if value is not None and urlsplit(value.get_secret_value()).scheme not in schemes:
        raise ValueError(f"must start with one of: {', '.join(sorted(s + '://' for s in schemes))}")
    return value


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Read and check all settings once; raise SettingsError naming every wrong one."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_line(e) for e in error.errors())) from None


def _line(error: Any) -> str:
    name = PREFIX + str(error["loc"][0]).upper()
    return f"{name}: {error['msg'].removeprefix('Value error, ')}"
