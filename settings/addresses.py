"""Where the database and the broker are: the settings' URLs, or those of the embedded stack that `make run` started."""

import json
from pathlib import Path

from settings import SettingsError, get_settings

STACK_FILE = "run/stack.json"


def database_url() -> str:
    """Give the Postgres URL; raise SettingsError when none is set and nothing embedded runs."""
    given = get_settings().database_url
    return given.get_secret_value() if given else _embedded("database_url")


def broker_url() -> str:
    """Give the broker's URL; raise SettingsError when none is set and nothing embedded runs."""
    given = get_settings().broker_url
    return given.get_secret_value() if given else _embedded("broker_url")


def stack_file(data_dir: Path) -> Path:
    """Name the file in which the running embedded stack keeps its addresses (mode 0600)."""
    return data_dir / STACK_FILE


def _embedded(name: str) -> str:
    try:
        found = json.loads(stack_file(get_settings().data_dir).read_text()).get(name)
    except FileNotFoundError:
        found = None
    if not found:
        raise SettingsError(f"The platform is not running: start it with `make run`, or set SHIOMI_{name.upper()}.")
    return str(found)
