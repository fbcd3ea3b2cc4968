"""Labels are found in every spelling, with the damage of text recognition, and never taken for a neighbour."""

import tomllib
from pathlib import Path

import pytest

from extractors import vocabulary
from extractors.vocabulary import FOLDER, VocabularyError, load
from extractors.vocabulary_fold import fold


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("視聴数", "views"),
        ("ユニーク視聴者数", "viewers"),
        ("最高同時視聴者数", "pcu"),
        ("平均視聴時間", "avg_watch_seconds"),
        ("新規フォロワー", "new_followers"),
        ("ライブGMV", "gmv"),
        ("注文数", "orders"),
        ("商品クリック数", "product_clicks"),
        ("クリック率 (CTR)", "ctr"),
        ("商品クリック率", "ctr"),
        ("注文率 (CTOR)", "ctor"),
        ("ライブ視聴GPM", "gpm"),
        ("Viewers", "viewers"),
        ("PEAK VIEWERS", "pcu"),
        ("Avg. watch time", "avg_watch_seconds"),
        ("Items sold", "items_sold"),
        ("Customers", "customers"),
        ("本日の注文数", "orders"),
        ("視聴数 ⓘ", "views"),
        ("GMV:", "gmv"),
        ("ｺﾒﾝﾄ数", "comments"),
    ],
)
def test_a_label_is_known_in_its_spellings(label: str, name: str) -> None:
    match = load().label(label, doubtful=False)
    assert match is not None
    assert match.name == name


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("ユニ一ク視聴者数", "viewers"),
        ("商品クリツク数", "product_clicks"),
        ("イソプレッション数", "impressions"),
        ("Items so1d", "items_sold"),
        ("Totai viewers", "viewers"),
        ("新規フォロヮー", "new_followers"),
    ],
)
def test_damage_is_tolerated_in_a_doubtful_reading(label: str, name: str) -> None:
    match = load().label(label)
    assert match is not None
    assert match.name == name


@pytest.mark.parametrize("label", ["最低同時視聴者数", "平均", "概要", "abc", "視聴", ""])
def test_a_neighbour_is_not_taken_for_the_label(label: str) -> None:
    match = load().label(label)
    assert match is None or match.name != "pcu"
    assert load().label("最低同時視聴者数") is None


@pytest.mark.parametrize(
    ("label", "times", "unit"), [("売上 (千円)", 1000, "JPY"), ("平均視聴時間（分）", 60, "s"), ("CTR (%)", 1, "%")]
)
def test_a_unit_in_the_label_is_understood(label: str, times: float, unit: str) -> None:
    match = load().label(label)
    assert match is not None
    assert (match.times, match.unit) == (times, unit)


def test_no_spelling_belongs_to_two_metrics() -> None:
    owners: dict[str, str] = {}
    for name, table in tomllib.loads((FOLDER / "metrics.toml").read_text(encoding="utf-8")).items():
        for label in table["labels"]:
            assert owners.setdefault(fold(label), name) == name, label


def test_a_folder_of_ones_own_adds_words_and_wins(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('[cheers]\nkind = "count"\nlabels = ["応援数", "いいね"]\n', encoding="utf-8")
    words = load(tmp_path)
    found = [words.label(label) for label in ("応援数", "いいね", "注文数")]
    assert [match.name for match in found if match] == ["cheers", "cheers", "orders"]


@pytest.mark.parametrize("text", ["[x", '[x]\nkind = "weight"\nlabels = ["X"]', '[x]\nlabels = ["X"]'])
def test_a_broken_file_says_which_it_is(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.toml").write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"broken\.toml"):
        load(tmp_path)


def test_sales_are_the_gmv_only_where_no_other_is_printed() -> None:
    assert load().settled(["revenue", "orders"]) == ["gmv", "orders"]
    assert load().settled(["revenue", "gmv"]) == ["revenue", "gmv"]
    assert vocabulary.load().settled(["revenue", "direct_gmv"]) == ["gmv", "direct_gmv"]
