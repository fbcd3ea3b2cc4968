"""Is it alive, does it work, how is each part: for load balancers, monitors and people."""

from typing import Literal

from flask import Blueprint, Response

from tasks import health
from web.access import ANYONE, PUBLIC, is_local, may, requires
from web.contract import Answer, Api
from web.problems import Problem
from web.shapes.health import HealthAnswer, HealthDetails, PartShape

api = Api("health", prefix="/api")
blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@requires(PUBLIC)
def healthz() -> Response:
    """Say that this process answers; asks nobody else."""
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@api.get("/health", PUBLIC, "Is the platform well?", {200: HealthAnswer, 503: HealthAnswer})
def read_health() -> Answer:
    """Say whether all parts work: 200, or 503 when one does not."""
    well = all(part.ok for part in health.parts())
    return Answer(HealthAnswer(status=_status(well)), 200 if well else 503)


@api.get("/health/detailed", ANYONE, "How is each part?", {200: HealthDetails, 503: HealthDetails})
def read_health_details() -> Answer:
    """Say of each part whether it works, with a figure: to a caller with a role, or to a monitor on this machine."""
    if not may("viewer") and not is_local():
        raise Problem(401, headers={"WWW-Authenticate": "Bearer"})
    parts = [PartShape(name=part.name, ok=part.ok, detail=part.detail) for part in health.parts()]
    well = all(part.ok for part in parts)
    return Answer(HealthDetails(status=_status(well), parts=parts), 200 if well else 503)


def _status(well: bool) -> Literal["ok", "degraded"]:
    return "ok" if well else "degraded"
