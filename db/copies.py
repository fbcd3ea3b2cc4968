"""Sharing work: what was read of a file serves every other document of the same bytes in the workspace."""

from uuid import UUID

from db.pool import Connection

_PAGES = (
    "INSERT INTO pages (document_id, workspace_id, number, label, width, height, text, image_key, needs_ocr) "
    "SELECT %(to)s, workspace_id, number, label, width, height, text, image_key, needs_ocr FROM pages WHERE document_id = %(from)s"
)
_TABLES = (
    "INSERT INTO document_tables (document_id, workspace_id, page, ordinal, sheet, cell_range, bbox, rows) "
    "SELECT %(to)s, workspace_id, page, ordinal, sheet, cell_range, bbox, rows FROM document_tables WHERE document_id = %(from)s"
)
_CHUNKS = (
    "INSERT INTO chunks (workspace_id, document_id, kind, product, liver, occurred_at, ordinal, text, tokens, page, sheet, "
    "cell_range, bbox, heading_path, terms, weights) "
    "SELECT d.workspace_id, d.id, d.kind, d.product, d.liver, d.occurred_at, c.ordinal, c.text, c.tokens, c.page, c.sheet, "
    "c.cell_range, c.bbox, c.heading_path, c.terms, c.weights FROM chunks c, documents d "
    "WHERE c.document_id = %(from)s AND d.id = %(to)s"
)
_VECTORS = (
    "INSERT INTO vectors (version_id, chunk_id, workspace_id, document_id, kind, product, liver, video_id, occurred_at, "
    "embedding) SELECT v.version_id, n.id, n.workspace_id, n.document_id, n.kind, n.product, n.liver, n.video_id, "
    "n.occurred_at, v.embedding FROM vectors v JOIN chunks o ON o.id = v.chunk_id "
    "JOIN chunks n ON n.document_id = %(to)s AND n.ordinal = o.ordinal WHERE o.document_id = %(from)s"
)
_COUNTS = (
    "INSERT INTO term_counts (workspace_id, term, chunks) SELECT min(workspace_id), t, count(*) FROM chunks, "
    "unnest(terms || 0) t WHERE document_id = %(to)s GROUP BY t ORDER BY t "
    "ON CONFLICT (workspace_id, term) DO UPDATE SET chunks = term_counts.chunks + excluded.chunks"
)
_WARNINGS = (
    "UPDATE documents SET warnings = o.warnings FROM documents o WHERE documents.id = %(to)s AND o.id = %(from)s"
)


def content(connection: Connection, source: UUID, target: UUID) -> None:
    """Copy all that was read of document `source` to document `target`, which has been begun and holds nothing."""
    for statement in (_PAGES, _TABLES, _CHUNKS, _COUNTS, _VECTORS, _WARNINGS):
        connection.execute(statement, {"from": source, "to": target})
