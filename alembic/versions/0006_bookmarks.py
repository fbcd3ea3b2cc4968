"""Bookmarks: how far the reading of a document has come, so that it goes on there."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; rows without one are read from the start, as before."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE documents ADD COLUMN bookmark jsonb")


def downgrade() -> None:
    """Take it away."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE documents DROP COLUMN bookmark")
