"""The re-ranker tells the passage that answers from those on the same subject."""

from collections import Counter
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from retrieval.candidates import Candidate, Hit
from retrieval.features import NAMES, measure
from retrieval.fusion import fuse
from retrieval.question import Question, question
from retrieval.rerank import RERANKED, rerank, shipped_weights
from retrieval.terms import document_weights

TEXTS = [
    "梅雨は東アジアで見られる気象である。期間は5月から7月にかけて。",
    "梅雨前線が停滞する。2016年の梅雨入りは遅かった。北海道には梅雨がない。",
    "落語家は梅雨の噺をする。5月の寄席。",
]


def _asked(text: str) -> Question:
    return question(text, Counter(term for t in TEXTS for term in document_weights(t)), len(TEXTS))


def _candidates(texts: list[str]) -> list[Candidate]:
    return [Candidate(key, text, 0.8, 5.0) for key, text in enumerate(texts)]


def test_with_equal_scores_the_words_decide() -> None:
    hits = rerank(_asked("北海道に梅雨がないのはなぜ"), _candidates(TEXTS))

    assert hits[0].candidate.key == 1


def test_a_number_of_the_question_counts() -> None:
    hits = rerank(_asked("2016年の梅雨"), _candidates(TEXTS))

    assert hits[0].features["numbers"] == 1.0
    assert hits[0].candidate.key == 1


def test_words_in_the_headings_count() -> None:
    plain = Candidate(1, "期間は一か月です。", 0.8, 5.0)
    headed = Candidate(2, "期間は一か月です。", 0.8, 5.0, ("梅雨",))

    assert rerank(_asked("梅雨の期間"), [plain, headed])[0].candidate.key == 2


def test_every_hit_shows_its_scores_and_features() -> None:
    hit = rerank(_asked("梅雨"), _candidates(TEXTS))[0]

    assert set(hit.scores) == {"dense", "lexical", "fused", "rerank"}
    assert tuple(hit.features) == NAMES
    assert hit.score == hit.scores["rerank"]


def test_candidates_beyond_the_first_follow_in_fused_order() -> None:
    many = [Candidate(key, "梅雨", 1 - key / 100, 5.0) for key in range(RERANKED + 20)]

    hits = rerank(_asked("梅雨"), many)

    assert [hit.candidate.key for hit in hits[RERANKED:]] == list(range(RERANKED, RERANKED + 20))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_other_weights_give_another_order() -> None:
    candidates = [Candidate(1, "梅雨", 0.9, 0.0), Candidate(2, "梅雨", 0.1, 9.0)]

    assert rerank(_asked("梅雨"), candidates, {"dense": 1.0})[0].candidate.key == 1
    assert rerank(_asked("梅雨"), candidates, {"lexical": 1.0})[0].candidate.key == 2


def test_the_shipped_weights_name_every_feature_and_reward_each() -> None:
    assert set(shipped_weights()) == set(NAMES)
    assert all(weight > 0 for weight in shipped_weights().values())


def test_no_candidates_give_no_hits() -> None:
    assert rerank(_asked("梅雨"), []) == []


def test_english_words_match_across_endings_and_whole_only() -> None:
    texts = ["He intercepts two passes.", "The pagers were interesting."]
    hits = rerank(question("Who intercepted the ball?", {}, 2), _candidates(texts))

    assert hits[0].candidate.key == 0
    assert hits[1].features["sentence"] == 0.0


def test_thirty_passages_take_a_few_milliseconds() -> None:
    candidates = _candidates([text * 10 for text in TEXTS] * 10)
    asked = _asked("北海道に梅雨がないのはなぜ")
    times = []
    for _ in range(20):
        begin = perf_counter()
        rerank(asked, candidates)
        times.append(perf_counter() - begin)

    assert min(times) < 0.02


@given(st.text(max_size=40), st.lists(st.text(max_size=80), min_size=1, max_size=5))
def test_any_text_gives_features_in_bounds(asked: str, texts: list[str]) -> None:
    hits: list[Hit] = fuse(_candidates(texts))

    for values in measure(question(asked, {}, len(texts)), hits):
        assert len(values) == len(NAMES)
        assert all(-3 < value <= 1.0001 for value in values)
