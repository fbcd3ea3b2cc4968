"""One run at a time on a folder: a lock that the kernel gives back however the run ends."""

import fcntl
import os
from pathlib import Path

from scripts.stack.errors import AlreadyRunning


class FolderLock:
    """Hold a folder until `release` or the end of this process."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "lock"
        self.was_cut = False  # the run before this one ended without releasing
        self._descriptor = -1

    def take(self) -> None:
        """Take the lock; raise AlreadyRunning naming the folder when somebody else holds it."""
        if self._descriptor >= 0:
            return
        descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise AlreadyRunning(folder=self.file.parent) from None
        self.was_cut = os.fstat(descriptor).st_size > 0
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back and note that this run ended in order."""
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1
