"""/metrics for Prometheus: requests here, jobs and queues everywhere."""

import time
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client import REGISTRY as OWN
from prometheus_client.multiprocess import MultiProcessCollector

import db
from db import jobs, queues
from web.access import ANYONE, is_local, may, requires
from web.problems import Problem

blueprint = Blueprint("metrics", __name__)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""What callers invent beyond these is counted together."""
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
REQUESTS = Counter("shiomi_http_requests", "Requests answered.", ("method", "route", "status"))
SECONDS = Histogram("shiomi_http_seconds", "Time to answer.", ("route",), buckets=BUCKETS)


@blueprint.get("/metrics")
@requires(ANYONE)
def metrics() -> Response:
    """Show all figures to a caller with a role, or to a scraper on this machine."""
    if not may("viewer") and not is_local():
        raise Problem(401, headers={"WWW-Authenticate": "Bearer"})
    return Response(b"".join(_exposition()), content_type=CONTENT_TYPE_LATEST)


def register(app: Flask) -> None:
    """Count and time every request."""
    app.register_blueprint(blueprint)
    app.after_request(_count)


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "none"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, route, response.status_code).inc()
    if not response.is_streamed:
        SECONDS.labels(route).observe(time.perf_counter() - g.began)
    return response


def _exposition() -> Iterator[bytes]:
    yield generate_latest(_all_processes())
    yield generate_latest(_work())


def _all_processes() -> CollectorRegistry:
    """Gather the figures of all web processes; those of this one where they share no folder."""
    registry = CollectorRegistry()
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus has no types here
    except ValueError:  # no PROMETHEUS_MULTIPROC_DIR
        return OWN
    return registry


def _work() -> CollectorRegistry:
    registry = CollectorRegistry()
    by_queue = Gauge("shiomi_queue_jobs", "Jobs by queue and state.", ("queue", "state"), registry=registry)
    by_status = Gauge("shiomi_jobs", "Jobs by status.", ("status",), registry=registry)
    with db.engine() as connection:
        for state in queues.states(connection):
            by_queue.labels(state.queue, "waiting").set(state.waiting)
            by_queue.labels(state.queue, "running").set(state.running)
        for status, count in jobs.counts(connection).items():
            by_status.labels(status).set(count)
    return registry
