"""API keys: `python -m scripts.keys create --role editor --workspace default`, `… list`, `… revoke ID`."""

import argparse
import re
import sys
from uuid import UUID

import db
from db import keys, workspaces
from db.errors import DbError
from settings import SettingsError, get_settings

FROM_SETTINGS = "SHIOMI_API_KEY"


def ensure_env_key() -> None:
    """Make sure that the key of the settings, if any, opens the default workspace as admin, and none set before."""
    given = get_settings().api_key
    if given is None:
        return
    with db.engine() as connection:
        workspaces.ensure(connection, workspaces.DEFAULT)
        keys.ensure(connection, workspaces.DEFAULT, FROM_SETTINGS, "admin", given.get_secret_value())


def create(role: str, workspace: str, name: str) -> str:
    """Make a key, and the workspace if it is new; give the secret, which can't be read back later."""
    secret = keys.new_secret()
    with db.engine() as connection:
        workspaces.ensure(connection, workspace)
        keys.add(connection, workspace, name, role, secret)
    return secret


def workspace_name(text: str) -> str:
    """Check a workspace's name as an argument of a command line."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", text):
        raise argparse.ArgumentTypeError("use 1-63 of a-z, 0-9, - and _ / 半角英小文字・数字・-・_ で指定してください")
    return text


def main(argv: list[str] | None = None) -> int:
    """Do what the command line asks for; give the exit code."""
    options = _parser().parse_args(argv)
    try:
        return {"create": _create, "list": _list, "revoke": _revoke}[options.command](options)
    except (SettingsError, DbError) as error:
        print(error, file=sys.stderr)
        return 1


def _create(options: argparse.Namespace) -> int:
    print(create(options.role, options.workspace, options.name))
    print("このキーは二度と表示されません。 / This key is not shown again.", file=sys.stderr)
    return 0


def _list(_options: argparse.Namespace) -> int:
    with db.engine() as connection:
        for key_id, workspace, name, role in keys.listing(connection):
            print(f"{key_id}  {role:<8} {workspace:<20} {name}")
    return 0


def _revoke(options: argparse.Namespace) -> int:
    with db.engine() as connection:
        if keys.revoke(connection, options.id):
            return 0
    print("有効なキーではありません。 `list` で確認してください。 / No such living key; see `list`.", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.keys", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    creating = commands.add_parser("create", help="make a key and print it once")
    creating.add_argument("--role", choices=keys.ROLES, required=True)
    creating.add_argument("--workspace", type=workspace_name, default=workspaces.DEFAULT)
    creating.add_argument("--name", default="command line", help="what the key is for")
    commands.add_parser("list", help="list the living keys")
    revoking = commands.add_parser("revoke", help="end a key")
    revoking.add_argument("id", type=UUID)
    return parser


if __name__ == "__main__":
    sys.exit(main())
