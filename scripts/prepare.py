"""Prepare what web and workers find: the database up to date, somebody who can sign in, the models on disk.

The last line of standard output is JSON: {"admin": {"name": …, "password": …}} the first time, {"admin": null} later.
"""

import json
import sys

import db
from db.errors import DbError
from db.migrate import upgrade
from extractors import ocr_model
from llm import e5_model
from scripts.keys import ensure_env_key
from scripts.users import ensure_admin
from settings import get_settings
from settings.logging import configure_logging


def main() -> int:
    """Do all of it; give the exit code."""
    configure_logging()
    try:
        with db.owner():  # one clear sentence when the database refuses us
            upgrade()
        admin = ensure_admin()
        ensure_env_key()
        if get_settings().embedding_model is None:
            e5_model.ensure(get_settings().data_dir)  # here, because it takes memory that a worker would keep
        ocr_model.ensure(get_settings().data_dir / "models")
    except DbError as error:
        print(f"{error} SHIOMI_DATABASE_URL: {error.__cause__}", file=sys.stderr)
        return 1
    print(json.dumps({"admin": {"name": admin.name, "password": admin.password} if admin else None}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
