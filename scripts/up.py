"""Start the platform in this terminal and keep it running: `python -m scripts.up`, which is what `make run` ends in."""

import argparse
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

from scripts.stack import parts
from scripts.stack.broker import EmbeddedBroker
from scripts.stack.embedded import make_private
from scripts.stack.errors import AddressTaken, StackError
from scripts.stack.lock import FolderLock
from scripts.stack.outside import check_reachable
from scripts.stack.part import Part, die_with
from scripts.stack.ports import check_free, write_secret
from scripts.stack.postgres import EmbeddedPostgres
from scripts.stack.screen import Screen
from scripts.stack.supervisor import Supervisor
from scripts.stack.web_command import web_argv
from settings import Settings, SettingsError, get_settings
from settings.addresses import stack_file
from tasks.commands import scheduler_argv, worker_argv

OLD_RUN_SECONDS = 5.0  # the web server of a run that was killed may need so long to let go of the port


def main() -> int:
    """Start everything, wait for Ctrl-C or SIGTERM, stop everything; give the exit code."""
    os.umask(0o077)  # originals and secrets are for this user only
    if _options().stop_with_parent:
        die_with(os.getppid(), signal.SIGTERM)
    screen = Screen(coloured=sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    try:
        run(get_settings(), screen)
    except SettingsError as error:
        print(f"Wrong settings / 設定に誤りがあります:\n{error}", file=sys.stderr)
        return 2
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run(settings: Settings, screen: Screen) -> None:
    """Run the platform until a stop is asked for."""
    data_dir = settings.data_dir.absolute()
    make_private(data_dir / "run")
    lock = FolderLock(data_dir / "run")
    lock.take()
    _check_port(settings, patient=lock.was_cut)
    try:
        with Supervisor(screen) as supervisor:
            _start(supervisor, settings, screen)
            supervisor.watch()
            screen.say("\nStopping … / 停止しています…")
    finally:
        stack_file(data_dir).unlink(missing_ok=True)
        lock.release()
    screen.say("Stopped. / 停止しました。")


def _start(supervisor: Supervisor, settings: Settings, screen: Screen) -> None:
    data_dir = settings.data_dir.absolute()
    servers, env = _servers(settings, data_dir)
    supervisor.start(servers)
    admin = parts.first_admin(supervisor.run(parts.setup(env)))
    if supervisor.asked_to_stop:
        return
    supervisor.start([parts.web(web_argv(settings), env, host=settings.host, port=settings.port)])
    supervisor.add(  # after the web server, because all of them at once make a small machine slow to answer
        [parts.worker(worker_argv(settings), env), parts.scheduler(scheduler_argv(settings), env)]
    )
    if not supervisor.asked_to_stop:
        screen.say(welcome(settings.host, settings.port, admin))


def _servers(settings: Settings, data_dir: Path) -> tuple[list[Part], dict[str, str]]:
    """Prepare the embedded servers for which no address is set; give their parts and the environment of the others."""
    servers, urls = [], {}
    for name, given, embedded in (
        ("database_url", settings.database_url, EmbeddedPostgres(data_dir)),
        ("broker_url", settings.broker_url, EmbeddedBroker(data_dir)),
    ):
        if given is None:
            servers.append(embedded.prepare())
            urls[name] = embedded.url
        else:
            urls[name] = given.get_secret_value()
            check_reachable(f"SHIOMI_{name.upper()}", urls[name])
    write_secret(stack_file(data_dir), json.dumps(urls))
    env = parts.child_env(data_dir, urls["database_url"], urls["broker_url"])
    _empty(Path(env["PROMETHEUS_MULTIPROC_DIR"]))
    return servers, env


def _check_port(settings: Settings, *, patient: bool) -> None:
    deadline = time.monotonic() + (OLD_RUN_SECONDS if patient else 0)
    while True:
        try:
            return check_free(settings.host, settings.port)
        except AddressTaken:
            if time.monotonic() >= deadline:
                raise
        time.sleep(0.1)


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def welcome(host: str, port: int, admin: tuple[str, str] | None) -> str:
    """Say where the platform is, and once how to sign in."""
    shown = parts.ANY_ADDRESS.get(host, host)
    shown = f"[{shown}]" if ":" in shown else shown
    lines = ["", "─" * 64, f"  Shiomi is ready / 起動しました:  http://{shown}:{port}"]
    if admin:
        name, password = admin
        lines += [
            f"  User / ユーザー:        {name}",
            f"  Password / パスワード:  {password}",
            "  (shown only this once / 表示は今回だけです)",
        ]
    return "\n".join([*lines, "  Ctrl-C stops everything / Ctrl-C ですべて停止します", "─" * 64, ""])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.up", description=__doc__)
    parser.add_argument("--stop-with-parent", action="store_true", help="stop when the starting program ends")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
