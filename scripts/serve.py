"""Run one part here, for a platform spread over machines: `python -m scripts.serve web|worker|scheduler|migrate`.

SHIOMI_DATABASE_URL and SHIOMI_BROKER_URL say where Postgres and the broker are; a shared SHIOMI_BLOB_URL and one
SHIOMI_SECRET_KEY are needed as soon as there are two machines. `migrate` runs once before the others.
"""

import argparse
import os
import sys
from typing import NoReturn

from scripts import prepare
from scripts.stack import web_command
from scripts.stack.web_command import web_argv
from settings import SettingsError, get_settings
from settings.addresses import broker_url, database_url
from tasks.commands import scheduler_argv, worker_argv

PARTS = {"web": web_argv, "worker": worker_argv, "scheduler": scheduler_argv}


def main() -> int:
    """Become the part that the command line names; give the exit code where that fails."""
    os.umask(0o077)  # originals and secrets are for this user only
    parser = argparse.ArgumentParser(prog="python -m scripts.serve", description=__doc__)
    parser.add_argument("part", choices=[*PARTS, "migrate"])
    part = parser.parse_args().part
    try:
        settings = get_settings()
        database_url()
        broker_url()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if part == "migrate":
        return prepare.main()
    if part == "web":
        os.environ.update(web_command.ENV)
    return _become(PARTS[part](settings))


def _become(argv: list[str]) -> NoReturn:
    os.execv(argv[0], argv)  # noqa: S606 - our own program; signals must reach it and not a parent


if __name__ == "__main__":
    sys.exit(main())
