"""People who may log in: `python -m scripts.users add NAME --role editor`, `… password NAME`; and the first admin."""

import argparse
import getpass
import secrets
import sys
from dataclasses import dataclass

from argon2 import PasswordHasher

import db
from db import users, workspaces
from db.errors import Unavailable
from db.keys import ROLES
from scripts.keys import workspace_name
from settings import SettingsError, get_settings

FIRST_ADMIN = "admin"
SHORTEST_PASSWORD = 8
FROM_SETTINGS = "(SHIOMI_ADMIN_PASSWORD)"


@dataclass(frozen=True)
class Admin:
    """The first admin. `password` is what may be shown: a made one, or where the given one stands."""

    name: str
    password: str


class UserError(Exception):
    """The user could not be stored; the message says why in both languages."""


def ensure_admin() -> Admin | None:
    """Make the first admin when nobody can log in yet; None when somebody can."""
    with db.engine() as connection:
        if users.any_exists(connection):
            return None
    given = get_settings().admin_password
    password = given.get_secret_value() if given else secrets.token_urlsafe(12)
    if not add(FIRST_ADMIN, password, "admin", workspaces.DEFAULT):
        return None
    return Admin(FIRST_ADMIN, FROM_SETTINGS if given else password)


def add(name: str, password: str, role: str, workspace: str) -> bool:
    """Store a user, and the workspace if it is new; False when the name is taken."""
    _check(password)
    hashed = PasswordHasher().hash(password)
    with db.engine() as connection:
        workspaces.ensure(connection, workspace)
        return users.add(connection, workspace, name, hashed, role)


def change_password(name: str, password: str) -> bool:
    """Change a password and end that user's sessions; False when there is no such user."""
    _check(password)
    hashed = PasswordHasher().hash(password)
    with db.engine() as connection:
        return users.set_password(connection, name, hashed)


def main(argv: list[str] | None = None) -> int:
    """Do what the command line asks for; give the exit code."""
    options = _parser().parse_args(argv)
    try:
        return _add(options) if options.command == "add" else _password(options.name)
    except (UserError, SettingsError, Unavailable) as error:
        print(error, file=sys.stderr)
        return 1


def _add(options: argparse.Namespace) -> int:
    password = _ask_password()
    if not add(options.name, password, options.role, options.workspace):
        raise UserError(
            f"“{options.name}” は既に使われています。別の名前にしてください。 / The name is taken; choose another."
        )
    print(f"{options.name} ({options.role}, {options.workspace})")
    return 0


def _password(name: str) -> int:
    if not change_password(name, _ask_password()):
        raise UserError(
            f"ユーザー “{name}” はいません。名前を確認してください。 / There is no such user; check the name."
        )
    print(f"{name}: パスワードを変更し、ログインをすべて終了しました。 / Password changed, all sessions ended.")
    return 0


def _ask_password() -> str:
    """Read the password without showing it, or a line of standard input when that is not a terminal."""
    return getpass.getpass("Password / パスワード: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _check(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise UserError(
            f"パスワードは{SHORTEST_PASSWORD}文字以上にしてください。 / "
            f"Use a password of at least {SHORTEST_PASSWORD} characters."
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.users", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    adding = commands.add_parser("add", help="make a user; the password is asked for")
    adding.add_argument("name")
    adding.add_argument("--role", choices=ROLES, default="viewer")
    adding.add_argument("--workspace", type=workspace_name, default=workspaces.DEFAULT)
    changing = commands.add_parser("password", help="change a password and end that user's sessions")
    changing.add_argument("name")
    return parser


if __name__ == "__main__":
    sys.exit(main())
