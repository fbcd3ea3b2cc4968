"""/api/v1/screenshots: dashboard pictures and what was read of them; /api/v1/streams: several of them merged."""

from uuid import UUID

from flask import Response
from flask_babel import gettext

import db
from db import grids, lines, metrics, screenshots, streams
from db.blobs import blobs
from db.errors import NotFound
from db.screenshots import Screenshot, Wanted
from web import originals
from web.access import caller
from web.contract import Api
from web.problems import Problem
from web.shapes.lists import make_cursor
from web.shapes.metrics import StreamMetrics, StreamScreenshot, merged_shape
from web.shapes.screenshots import (
    ScreenshotList,
    ScreenshotQuery,
    ScreenshotShape,
    ScreenshotSummary,
    shape,
    summary,
)

api = Api("screenshots")
MOST_OF_A_STREAM = 500


@api.get("/screenshots", "viewer", "List screenshots", {200: ScreenshotList})
def list_screenshots(query: ScreenshotQuery) -> ScreenshotList:
    """List the workspace's screenshots, newest first."""
    items, cursor = page_of_screenshots(query)
    return ScreenshotList(items=items, next_cursor=cursor)


@api.get("/screenshots/<uuid:screenshot_id>", "viewer", "Read a screenshot", {200: ScreenshotShape})
def read_screenshot(screenshot_id: UUID) -> ScreenshotShape:
    """Read a screenshot's values, tables, charts and words, each with its place and confidence."""
    return whole(screenshot_id)


@api.get("/screenshots/<uuid:screenshot_id>/picture", "viewer", "See a screenshot", {200: "image/webp"})
def read_picture(screenshot_id: UUID) -> Response:
    """See the picture upright, at a size a browser can show; boxes are in the original's pixels."""
    key = show(screenshot_id).preview_key
    if key is None or not blobs().exists(key):
        raise Problem(404, "no_preview", gettext("This screenshot has no preview; download the original instead."))
    return originals.picture(key)


@api.get(
    "/screenshots/<uuid:screenshot_id>/original", "viewer", "Download the picture", {200: "application/octet-stream"}
)
def download_picture(screenshot_id: UUID) -> Response:
    """Download the picture as it was sent."""
    found = show(screenshot_id)
    return originals.download(found.blob_key, found.filename, found.bytes)


@api.get("/streams/<path:stream_id>/metrics", "viewer", "Read a stream's values", {200: StreamMetrics})
def read_stream_metrics(stream_id: str) -> StreamMetrics:
    """Merge the values of all screenshots of a stream; where they differ, show each with its source."""
    return stream_values(stream_id)


def show(screenshot_id: UUID) -> Screenshot:
    """Read a screenshot; raise NotFound."""
    with db.transaction(caller().workspace) as connection:
        return screenshots.get(connection, screenshot_id)


def whole(screenshot_id: UUID) -> ScreenshotShape:
    """Read a screenshot with its content; raise NotFound."""
    with db.transaction(caller().workspace) as connection:
        return shape(
            screenshots.get(connection, screenshot_id),
            metrics.of_screenshot(connection, screenshot_id),
            grids.of_screenshot(connection, screenshot_id),
            lines.of_screenshot(connection, screenshot_id),
        )


def page_of_screenshots(query: ScreenshotQuery) -> tuple[list[ScreenshotSummary], str | None]:
    """Read some screenshots, newest first, and the cursor of the rest."""
    asked = None if query.needs_review is None else query.needs_review == "true"
    wanted = Wanted(query.outcome, asked, query.stream_id)
    with db.transaction(caller().workspace) as connection:
        found = screenshots.listing(connection, query.limit + 1, wanted, before=query.before())
    shown = [summary(screenshot) for screenshot in found[: query.limit]]
    more = len(found) > query.limit
    return shown, make_cursor(shown[-1].created_at, shown[-1].id) if more else None


def stream_values(stream_id: str) -> StreamMetrics:
    """Merge the values of a stream; raise NotFound when no screenshot names it."""
    if "\x00" in stream_id:
        raise NotFound("No stream is called so.")
    with db.transaction(caller().workspace) as connection:
        found = screenshots.of_stream(connection, stream_id, MOST_OF_A_STREAM)
        merged = streams.merged(connection, stream_id)
    if not found:
        raise NotFound(f"No screenshot belongs to stream {stream_id!r}.")
    return StreamMetrics(
        stream_id=stream_id,
        screenshots=[
            StreamScreenshot(id=s.id, filename=s.filename, at=s.taken_at or s.created_at, outcome=s.outcome)
            for s in found
        ],
        metrics=[merged_shape(value) for value in merged],
    )
