import io
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

import db
from db import chunks, documents, jobs, pages
from db.blobs import blobs
from db.chunks import NewChunk
from db.documents import NewDocument
from db.pages import PageRow, TableRow
from retrieval.terms import document_weights

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(20)
Store = Callable[..., UUID]


@pytest.fixture
def stored(api: FlaskClient, workspace: str) -> Store:
    """Store a document of two pages as its job would have."""

    def store(name: str = "議事録.pdf", text: str = "サプライチェーンにおける問題提起（ソニー）") -> UUID:
        form = {"file": (io.BytesIO(uuid4().bytes), name), "kind": "document"}
        sent = api.post("/api/v1/jobs", data=form, content_type="multipart/form-data").get_json()["job"]
        with db.transaction(workspace) as connection:
            job = jobs.get(connection, UUID(sent["id"]))
            assert job.asset is not None
            new = NewDocument(job.id, job.asset.id, name, "application/pdf", None, "ja", 2)
            documents.begin(connection, workspace, new)
            _fill(connection, workspace, job.id, text)
        return job.id

    return store


def _fill(connection: db.Connection, workspace: str, document_id: UUID, text: str) -> None:
    picture = blobs().put(PICTURE).key
    both = [PageRow(1, None, 595, 842, text, picture, False), PageRow(2, None, 595, 842, "second", None, False)]
    pages.add(connection, workspace, document_id, both)
    table = TableRow(2, 0, None, None, None, [["a", "b"], ["1", "<b>2</b>"]])
    pages.add_tables(connection, workspace, document_id, [table])
    found = [
        NewChunk(0, text, 9, document_weights(text), page=1, bbox=(10, 20, 300, 40), heading_path=("議題",)),
        NewChunk(1, "second", 1, document_weights("second"), page=2),
    ]
    chunks.add(connection, document_id, found)


def test_a_document_is_read_with_its_passages_and_tables(api: FlaskClient, stored: Store) -> None:
    document = api.get(f"/api/v1/documents/{stored()}").get_json()
    assert (document["filename"], document["pages"], document["language"]) == ("議事録.pdf", 2, "ja")
    assert document["chunks"][0]["bbox"] == [10, 20, 300, 40]
    assert document["chunks"][0]["heading_path"] == ["議題"]
    assert document["tables"][0]["rows"][0] == ["a", "b"]
    assert document["next_cursor"] is None


def test_a_long_document_comes_in_parts(api: FlaskClient, stored: Store) -> None:
    address = f"/api/v1/documents/{stored()}"
    first = api.get(address, query_string={"limit": 1}).get_json()
    rest = api.get(address, query_string={"limit": 1, "cursor": first["next_cursor"]}).get_json()
    assert [len(first["chunks"]), rest["chunks"][0]["text"], rest["next_cursor"]] == [1, "second", None]


def test_the_text_comes_by_page_plain_or_as_json(api: FlaskClient, stored: Store) -> None:
    address = f"/api/v1/documents/{stored(text='first')}/text"
    assert api.get(address).text == "first\fsecond"
    found = api.get(address, headers={"Accept": "application/json"}).get_json()
    assert [page["text"] for page in found["pages"]] == ["first", "second"]


def test_a_page_picture_is_cached_by_its_content(api: FlaskClient, stored: Store) -> None:
    address = f"/api/v1/documents/{stored()}/pages/1/image"
    answer = api.get(address)
    assert (answer.data, answer.mimetype) == (PICTURE, "image/png")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert api.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert api.get(address.replace("/1/", "/2/")).get_json()["code"] == "no_page_image"
    assert api.get(address.replace("/1/", f"/{2**40}/")).status_code == 404


def test_the_original_is_only_ever_a_download(api: FlaskClient, stored: Store) -> None:
    answer = api.get(f"/api/v1/documents/{stored(name='売上 <script>.html')}/original")
    headers = answer.headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert len(answer.data) == 16
    answer.close()


def test_documents_of_others_are_not_there(caller: Any, stored: Store) -> None:
    other = caller("admin", f"other{uuid4().hex[:8]}")
    document = stored()
    for part in ("", "/text", "/pages/1/image", "/original"):
        assert other.get(f"/api/v1/documents/{document}{part}").status_code == 404
    assert other.get("/api/v1/documents").get_json()["items"] == []


def test_a_hit_names_the_place_it_comes_from(api: FlaskClient, stored: Store) -> None:
    document = stored()
    found = api.post("/api/v1/search", json={"query": "サプライチェーンの問題提起", "top_k": 1}).get_json()
    source = found["hits"][0]["source"]
    assert source["document_id"] == str(document)
    assert (source["filename"], source["page"], source["bbox"]) == ("議事録.pdf", 1, [10, 20, 300, 40])
    assert found["hits"][0]["scores"]


def test_a_search_never_leaves_its_workspace(caller: Any, stored: Store) -> None:
    stored()
    other = caller("viewer", f"other{uuid4().hex[:8]}")
    assert other.post("/api/v1/search", json={"query": "サプライチェーン"}).get_json()["hits"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "query"),
        ({"query": " "}, "query"),
        ({"query": "a\x00b"}, "query"),
        ({"query": "a", "top_k": "10"}, "top_k"),
        ({"query": "a", "top_k": 101}, "top_k"),
        ({"query": "a", "colour": "red"}, "colour"),
        ({"query": "a", "filters": {"from": "2026-01-01T00:00:00"}}, "filters.from"),
        ({"query": "a", "filters": {"document_id": "x"}}, "filters.document_id"),
    ],
)
def test_a_bad_question_names_the_field(api: FlaskClient, body: dict[str, Any], field: str) -> None:
    answer = api.post("/api/v1/search", json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


def test_the_page_of_a_hit_shows_its_picture_with_the_place(signed_in: FlaskClient, stored: Store) -> None:
    document = stored()
    chunk = signed_in.get(f"/api/v1/documents/{document}").get_json()["chunks"][0]["id"]
    page = signed_in.get(f"/documents/{document}?page=1&chunk={chunk}&q=サプライチェーン").text
    assert '<rect x="7.0" y="17.0" width="306.0" height="46.0"' in page
    assert f"/api/v1/documents/{document}/pages/1/image" in page
    assert "<mark>" in page


def test_a_page_shows_tables_and_escapes_what_they_hold(signed_in: FlaskClient, stored: Store) -> None:
    page = signed_in.get(f"/documents/{stored()}?page=2").text
    assert "&lt;b&gt;2&lt;/b&gt;" in page
    assert "<b>2</b>" not in page


@pytest.mark.parametrize("query", ["page=0", "page=-3", "page=99999999999999", "page=x", "chunk=1", "chunk=x", "q=%00"])
def test_odd_addresses_of_a_document_are_no_accident(signed_in: FlaskClient, stored: Store, query: str) -> None:
    assert signed_in.get(f"/documents/{stored()}?{query}").status_code == 200
