"""The process that reads foreign files: `python -m extractors.sandbox_child PARENT LIMITS FOLDER`."""

import importlib
import os
import resource
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from extractors import sandbox_models
from extractors import sandbox_wire as wire
from extractors.errors import ExtractionError, LimitMemoryError
from extractors.sandbox_limits import Limits, allow_cpu, confine

STREAMS = {
    "documents": "extractors.documents",
    "screenshot": "extractors.screenshot",
}
"""Stream name -> module with `stream(path, params)`, a generator of parts. A new kind of job is one line here."""


def main() -> None:
    """Confine this process, then read one file after the other until the parent closes the pipe."""
    statm = os.open("/proc/self/statm", os.O_RDONLY)  # out of reach once confined
    limits = msgspec.json.decode(sys.argv[2], type=Limits)
    confine(limits, int(sys.argv[1]), Path(sys.argv[3]))
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the frames
    importlib.import_module(STREAMS["documents"])
    sandbox_models.prepare(limits, statm)
    while request := wire.read_request(source):
        _serve(request, sink, statm)


def _serve(request: wire.Request, sink: BinaryIO, statm: int) -> None:
    allow_cpu(request.cpu_seconds)
    try:
        module = importlib.import_module(STREAMS[request.name])
        for part in module.stream(Path(request.path), request.params):
            sink.write(wire.encode(part))
            sink.flush()
            allow_cpu(request.cpu_seconds)
        answer: object = wire.Done(_rss(statm))
    except ExtractionError as error:
        answer = wire.Failure(type(error).__name__, error.detail[:500])
    except MemoryError:
        answer = wire.Failure(LimitMemoryError.__name__, "")
    sink.write(wire.encode(answer))
    sink.flush()


def _rss(statm: int) -> int:
    return int(os.pread(statm, 200, 0).split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    main()
