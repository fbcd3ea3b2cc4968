"""/api/v1/search: a question in words, passages with their places out."""

from retrieval import search as retrieval
from retrieval.search import Found, Question
from web.access import caller
from web.contract import Api
from web.shapes.search import SearchAnswer, SearchBody, hit_shape

api = Api("search")


@api.post("/search", "viewer", "Search", {200: SearchAnswer})
def search(body: SearchBody) -> SearchAnswer:
    """Find the passages that answer a question best, by meaning and by words."""
    found = ask(body)
    hits = [hit_shape(hit) for hit in found.hits]
    return SearchAnswer(hits=hits, took_ms=round(found.took_ms, 2), by_words_only=found.by_words_only)


def ask(body: SearchBody) -> Found:
    """Search the caller's workspace."""
    question = Question(query=body.query, top_k=body.top_k, filters=body.filters.filters())
    return retrieval.search(caller().workspace, question)
