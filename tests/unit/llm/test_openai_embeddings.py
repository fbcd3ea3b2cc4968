"""A server that fails in every way servers do: each fault is a retry that works, or an error that says what to do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.errors import (
    BadAnswerError,
    EmptyTextError,
    ModelBusyError,
    ModelError,
    ModelRefusedError,
    ModelUnreachableError,
    WrongDimensionError,
)
from llm.openai_client import LONGEST_WISH, Connection, retry_after
from llm.openai_embeddings import BATCH_TEXTS, BATCH_TOKENS, OpenAIEmbeddings, read_answer
from llm.retries import SOMEONE_WAITS, Patience
from tests.unit.llm.openai_stub import KEY, Answer, OpenAIStub, Reply, Request, good, refusal, vector, with_rows

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEXTS = ["潮見坂の配信", "a stream at the slope", "雑談"]


def truncated(request: Request) -> Reply:
    reply = good(request)
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def torn(request: Request) -> Reply:
    return replace(good(request), torn=True)


def not_json(_: Request) -> Reply:
    return Reply(b"<html>502 from a proxy</html>")


def one_short(request: Request) -> Reply:
    return good(replace(request, body={**request.body, "input": request.texts[:-1]}))


def one_twice(request: Request) -> Reply:
    rows = np.stack([vector(text, request.dimension) for text in request.texts])
    return with_rows(request, rows, [0] * len(rows))


def no_numbers(request: Request) -> Reply:
    return with_rows(request, np.full((len(request.texts), request.dimension), np.nan, np.float32))


def zeros(request: Request) -> Reply:
    return with_rows(request, np.zeros((len(request.texts), request.dimension), np.float32))


def uneven(request: Request) -> Reply:
    body = good(request).body.replace(b'"embedding": "', b'"embedding": "AACAPwAAgD8AAIA/', 1)
    return Reply(body)


def other_dimension(request: Request) -> Reply:
    return good(replace(request, dimension=request.dimension + 1))


@pytest.fixture
def stub() -> Iterator[OpenAIStub]:
    with OpenAIStub() as stub:
        yield stub


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def model(stub: OpenAIStub, waits: list[float]) -> OpenAIEmbeddings:
    patience = Patience(attempts=3, timeout=0.5, first_wait=1, sleep=waits.append, chance=lambda: 1.0)
    impatient = replace(patience, attempts=2, longest_wait=2)
    return OpenAIEmbeddings(Connection(KEY, stub.base_url), "stub-model", patience=patience, query_patience=impatient)


def test_vectors_are_those_of_the_texts_in_order_and_of_length_one(model: OpenAIEmbeddings, stub: OpenAIStub) -> None:
    made = model.embed_passages(TEXTS)
    expected = np.stack([vector(text, 8) / np.linalg.norm(vector(text, 8)) for text in TEXTS])
    assert np.allclose(made, expected, atol=1e-6)
    assert (made.dtype.name, model.dimension, len(stub.requests)) == ("float32", 8, 1)
    assert stub.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_query_gets_the_vector_that_the_same_passage_gets(model: OpenAIEmbeddings) -> None:
    assert np.array_equal(model.embed_query(TEXTS[0]), model.embed_passages(TEXTS)[0])


def test_items_out_of_order_are_put_in_order(model: OpenAIEmbeddings, stub: OpenAIStub) -> None:
    stub.then(lambda request: with_rows(request, np.stack([vector(t, 8) for t in request.texts]), [2, 0, 1]))
    assert np.array_equal(model.embed_passages(TEXTS), model.embed_passages(TEXTS))


def test_lists_of_numbers_are_read_where_base64_was_asked_for(model: OpenAIEmbeddings, stub: OpenAIStub) -> None:
    stub.then(lambda request: with_rows(request, np.stack([vector(t, 8) for t in request.texts]), lists=True))
    assert np.allclose(model.embed_passages(TEXTS), model.embed_passages(TEXTS), atol=1e-6)
    assert stub.requests[0].body["encoding_format"] == "base64"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (refusal(429), ModelBusyError),
        (refusal(500), ModelUnreachableError),
        (refusal(503), ModelUnreachableError),
        (refusal(408), ModelUnreachableError),
        (truncated, BadAnswerError),
        (torn, ModelUnreachableError),
        (not_json, BadAnswerError),
        (one_short, BadAnswerError),
        (one_twice, BadAnswerError),
        (no_numbers, BadAnswerError),
        (zeros, BadAnswerError),
        (uneven, BadAnswerError),
    ],
    ids=lambda value: value.__name__,
)
def test_a_passing_fault_is_asked_again_and_raised_if_it_stays(
    model: OpenAIEmbeddings, stub: OpenAIStub, waits: list[float], fault: Answer, error: type[ModelError]
) -> None:
    stub.then(fault, fault)
    assert model.embed_passages(TEXTS).shape == (3, 8)
    assert waits == [1.0, 2.0]
    stub.then(fault, fault, fault)
    with pytest.raises(error) as raised:
        model.embed_passages(TEXTS)
    assert raised.value.passing
    assert len(stub.requests) == 6


@pytest.mark.parametrize(
    "fault",
    [refusal(400), refusal(401), refusal(403), refusal(404), refusal(429, "insufficient_quota")],
    ids=lambda fault: fault.__name__,
)
def test_a_refusal_is_not_asked_again(
    model: OpenAIEmbeddings, stub: OpenAIStub, waits: list[float], fault: Answer
) -> None:
    stub.then(fault)
    with pytest.raises(ModelRefusedError, match="stub says") as raised:
        model.embed_passages(TEXTS)
    assert (raised.value.passing, waits, len(stub.requests)) == (False, [], 1)


def test_a_hanging_server_is_left_after_the_time_out(model: OpenAIEmbeddings, stub: OpenAIStub) -> None:
    stub.then(stub.hang)
    assert model.embed_query("待つ").shape == (8,)
    assert len(stub.requests) == 2


def test_a_server_that_is_down_is_unreachable(model: OpenAIEmbeddings, stub: OpenAIStub, waits: list[float]) -> None:
    stub.close()
    with pytest.raises(ModelUnreachableError):
        model.embed_query("誰かいますか")
    assert waits == [1.0]


def test_someone_who_waits_gets_an_answer_or_an_error_soon() -> None:
    longest = SOMEONE_WAITS.attempts * SOMEONE_WAITS.timeout + (SOMEONE_WAITS.attempts - 1) * SOMEONE_WAITS.longest_wait
    assert longest <= 10


def test_the_server_says_how_long_to_wait(model: OpenAIEmbeddings, stub: OpenAIStub, waits: list[float]) -> None:
    stub.then(refusal(429, retry_after="7"), refusal(503, retry_after=_in(20)))
    model.embed_passages(TEXTS)
    assert waits[0] == 7.0
    assert 15 < waits[1] <= 20


def test_a_wait_too_long_for_us_is_handed_on(model: OpenAIEmbeddings, stub: OpenAIStub, waits: list[float]) -> None:
    stub.then(refusal(429, retry_after="600"), refusal(429, retry_after="3"))
    with pytest.raises(ModelBusyError) as in_a_job:
        model.embed_passages(TEXTS)
    with pytest.raises(ModelBusyError) as in_a_search:
        model.embed_query("急ぎ")
    assert (in_a_job.value.retry_after, in_a_search.value.retry_after) == (600.0, 3.0)
    assert (waits, len(stub.requests)) == ([], 2)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("12", 12.0), ("0.5", 0.5), ("-3", 0.0), ("1e9", LONGEST_WISH), ("inf", LONGEST_WISH), ("nan", None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("Fri, 02 Jan 2026 03:04:05 -0000", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_and_has_an_end(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_another_dimension_than_before_is_an_error(model: OpenAIEmbeddings, stub: OpenAIStub) -> None:
    assert model.dimension == 8
    stub.then(other_dimension)
    with pytest.raises(WrongDimensionError, match="9 instead of 8"):
        model.embed_passages(TEXTS)


def test_a_dimension_is_asked_for_only_from_models_that_can_choose(stub: OpenAIStub) -> None:
    for name in ("text-embedding-3-large", "other-model"):
        OpenAIEmbeddings(Connection(KEY, stub.base_url), name, dimension=8).embed_query("長さ")
    assert [request.body.get("dimensions") for request in stub.requests] == [8, None]


@pytest.mark.parametrize("text", ["", " \n\t", "\0", "\ud800"])
def test_an_empty_text_is_refused_before_anything_is_sent(model: OpenAIEmbeddings, stub: OpenAIStub, text: str) -> None:
    with pytest.raises(EmptyTextError):
        model.embed_query(text)
    with pytest.raises(EmptyTextError):
        model.embed_passages(["ある", text])
    assert stub.requests == []


def test_what_models_choke_on_is_taken_out(model: OpenAIEmbeddings, stub: OpenAIStub) -> None:
    model.embed_passages(["潮\0見\ud83d坂", "絵文字😀はそのまま"])
    assert stub.requests[0].texts == ["潮 見坂", "絵文字😀はそのまま"]


@pytest.mark.parametrize(
    ("texts", "sizes"),
    [
        ([f"文{i}" for i in range(BATCH_TEXTS + 1)], [BATCH_TEXTS, 1]),
        (["長" * (BATCH_TOKENS // 2)] * 3, [2, 1]),
        ([], []),
    ],
)
def test_many_texts_are_sent_in_batches(
    model: OpenAIEmbeddings, stub: OpenAIStub, texts: list[str], sizes: list[int]
) -> None:
    assert model.dimension == 8
    made = model.embed_passages(texts)
    assert [len(request.texts) for request in stub.requests[1:]] == sizes
    assert made.shape == (len(texts), 8)
    assert all(np.array_equal(made[i], model.embed_query(texts[i])) for i in {0, len(texts) - 1} if texts)


def test_azure_is_asked_at_its_deployment_with_its_own_header(stub: OpenAIStub) -> None:
    azure = Connection(KEY, azure_endpoint=stub.origin, azure_version="2024-02-01")
    assert OpenAIEmbeddings(azure, "my-deployment").embed_query("東日本").shape == (8,)
    asked = stub.requests[0]
    assert (asked.path, asked.query) == (
        "/openai/deployments/my-deployment/embeddings",
        {"api-version": ["2024-02-01"]},
    )
    assert asked.headers["api-key"] == KEY


@pytest.mark.parametrize("key", ["鍵", "one\ntwo"])
def test_a_key_that_no_header_can_carry_is_refused(stub: OpenAIStub, key: str) -> None:
    with pytest.raises(ModelRefusedError, match="key"):
        OpenAIEmbeddings(Connection(key, stub.base_url), "stub-model").embed_query("開けて")


def test_a_server_without_a_key_is_asked_all_the_same(stub: OpenAIStub) -> None:
    assert OpenAIEmbeddings(Connection(None, stub.base_url), "stub-model").embed_query("どうぞ").shape == (8,)


def test_tokens_are_estimated_from_above(model: OpenAIEmbeddings) -> None:
    assert model.count_tokens("") <= 1
    assert model.count_tokens("a stream at the slope") >= 5
    assert model.count_tokens("潮見坂の配信") >= 6


@given(st.binary(max_size=200))
def test_any_bytes_are_vectors_or_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswerError):
        read_answer(body, 1)


@given(st.lists(st.floats(), max_size=4), st.lists(st.floats(width=32), max_size=4))
def test_any_numbers_are_sound_vectors_or_a_bad_answer(numbers: list[float], short: list[float]) -> None:
    body = np.asarray(short, "<f4")
    request = Request("", {}, {}, {"encoding_format": "base64", "model": "m"}, 1)
    for reply in (with_rows(request, np.asarray([numbers]), lists=True), with_rows(request, body[None])):
        try:
            made = read_answer(reply.body, 1)
        except BadAnswerError:
            continue
        assert np.isfinite(made).all()
        assert made.any()


def _in(seconds: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
