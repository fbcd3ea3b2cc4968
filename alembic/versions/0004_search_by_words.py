"""Word search behind the seal: chunks kept in one piece, and a function that may use the GIN index."""

from alembic import op

revision = "0004"
down_revision = "0003"

# Weights are read for each chunk that is scored, terms only when a chunk goes: what lies in the row is scored twice as
# fast, so weights stay in it and terms leave it.
STORAGE = """
ALTER TABLE chunks SET (toast_tuple_target = 2600), ALTER terms SET STORAGE EXTERNAL, ALTER weights SET STORAGE MAIN;
"""
# Kind, product and liver stand in the GIN index, which then finds a term AND a product by itself. Their collation is
# written out so that the plan can't take a B-tree and test && on each row, which costs ten times as much.
INDEX = """
DROP INDEX chunks_terms;
CREATE INDEX chunks_terms ON chunks
USING gin (workspace_id, terms, kind COLLATE "C", product COLLATE "C", liver COLLATE "C") WITH (fastupdate = off);
"""
# Row-level security lets only leakproof operators reach an index before its own check, and && is not one of them: the
# sealed query would read every chunk. This function runs as the owner and does the sealing itself; see decision 0003.
FUNCTION = """
CREATE FUNCTION chunks_by_words(
  rare integer[], asked sparsevec, pool integer, only_kind text, only_product text, only_liver text,
  only_document uuid, only_video uuid, since timestamptz, until timestamptz
) RETURNS TABLE (chunk_id bigint, matching bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off SET enable_indexscan = off
AS $$
DECLARE own text := current_workspace();
BEGIN
  RETURN QUERY SELECT near.id, count(*) OVER () FROM (
    SELECT c.id, c.weights <#> asked AS far FROM chunks c
    WHERE c.workspace_id = own AND c.terms && rare
      AND (only_kind IS NULL OR c.kind COLLATE "C" = only_kind)
      AND (only_product IS NULL OR c.product COLLATE "C" = only_product)
      AND (only_liver IS NULL OR c.liver COLLATE "C" = only_liver) AND (only_document IS NULL OR c.document_id = only_document)
      AND (only_video IS NULL OR c.video_id = only_video)
      AND (since IS NULL OR c.occurred_at >= since) AND (until IS NULL OR c.occurred_at < until)
    OFFSET 0
  ) near ORDER BY near.far LIMIT pool;
END $$;
REVOKE ALL ON FUNCTION chunks_by_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION chunks_by_words TO shiomi_app;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(STORAGE)
    op.execute(INDEX)
    op.execute(FUNCTION)


def downgrade() -> None:
    op.execute("DROP FUNCTION chunks_by_words")
    op.execute("ALTER TABLE chunks RESET (toast_tuple_target), ALTER terms SET STORAGE EXTENDED")
    op.execute("ALTER TABLE chunks ALTER weights SET STORAGE EXTERNAL")
    op.execute("DROP INDEX chunks_terms")
    op.execute("CREATE INDEX chunks_terms ON chunks USING gin (workspace_id, terms) WITH (fastupdate = off)")
