"""Lists a page at a time: an opaque cursor names the last item already shown."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from pydantic import BaseModel, ConfigDict, Field

from web.problems import Problem
from web.shapes.texts import Short


class Paging(BaseModel):
    """How much of a list, and from where."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=200, description="Most items in the answer")
    cursor: Short | None = Field(None, description="next_cursor of the answer before")

    def before(self) -> tuple[datetime, UUID] | None:
        """Read the cursor; raise a problem when it is not one of ours."""
        return read_cursor(self.cursor) if self.cursor else None


def make_cursor(at: datetime | None, item: UUID) -> str:
    """Name a place in a list."""
    return base64.urlsafe_b64encode(f"{at.isoformat() if at else ''}|{item}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """Find the place in a list again."""
    at, item = _halves(cursor)
    try:
        found = datetime.fromisoformat(at), UUID(item)
    except ValueError:
        raise _invalid() from None
    if found[0].tzinfo is None:
        raise _invalid()
    return found


def make_score_cursor(score: float, item: int) -> str:
    """Name a place in a list that is ordered by a score."""
    return base64.urlsafe_b64encode(f"{score!r}|{item}".encode()).decode().rstrip("=")


def read_score_cursor(cursor: str) -> tuple[float, int]:
    """Find the place in a list that is ordered by a score again."""
    score, item = _halves(cursor)
    try:
        found = float(score), int(item)
    except ValueError:
        raise _invalid() from None
    if not 0 <= found[0] <= 1 or not 0 < found[1] < 2**63:
        raise _invalid()
    return found


def _halves(cursor: str) -> tuple[str, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error):
        raise _invalid() from None
    first, _, second = text.partition("|")
    return first, second


def _invalid() -> Problem:
    sentence = gettext("This cursor is not valid; start again without one.")
    errors = [{"field": "cursor", "code": "cursor_invalid", "message": sentence}]
    return Problem(422, "cursor_invalid", sentence, errors=errors)
