"""Read the strips of a page, whichever way each of them, or the whole page, is turned."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractors import ocr_recognise, ocr_strip
from extractors.ocr_pairs import Pairs
from extractors.ocr_recognise import Character
from extractors.ocr_session import Run
from extractors.ocr_shapes import Pixels, Region

_COLUMN = 2.2
"""Higher than this, a standing region is a column for sure; less may be a single narrow character."""
_DOUBTFUL, _BETTER = 0.9, 0.1
_SAMPLE = 12


@dataclass(frozen=True, slots=True)
class Networks:
    """What reading needs: the two networks, the characters, and which of these go together."""

    detect: Run
    recognise: Run
    alphabet: Sequence[str]
    pairs: Pairs


@dataclass(frozen=True, slots=True)
class Strip:
    """A region with what stands there."""

    region: Region
    characters: tuple[Character, ...]
    vertical: bool


def read(networks: Networks, pixels: Pixels, regions: Sequence[Region]) -> list[Strip]:
    """Read every region; a narrow standing one both ways."""
    asked = [(region, lying) for region in regions for lying in _ways(region)]
    cuts = [ocr_strip.cut(pixels, region, lying=lying) for region, lying in asked]
    texts = ocr_recognise.read(networks.recognise, networks.alphabet, cuts)
    best: dict[int, Strip] = {}
    for (region, lying), text in zip(asked, texts, strict=True):
        strip = Strip(region, tuple(networks.pairs.settle(text)), lying)
        known = best.get(id(region))
        if known is None or sureness([strip]) > sureness([known]):
            best[id(region)] = strip
    return [best[id(region)] for region in regions]


def upside_down(networks: Networks, pixels: Pixels, strips: Sequence[Strip]) -> bool:
    """Tell whether a page that reads badly reads well when turned by 180°."""
    if not strips or sureness(strips) >= _DOUBTFUL:
        return False
    sample = sorted(strips, key=lambda strip: -max(strip.region.width, strip.region.height))[:_SAMPLE]
    cuts = [ocr_strip.turned(ocr_strip.cut(pixels, one.region, lying=one.vertical)) for one in sample]
    texts = ocr_recognise.read(networks.recognise, networks.alphabet, cuts)
    turned = [Strip(one.region, tuple(text), one.vertical) for one, text in zip(sample, texts, strict=True)]
    return sureness(turned) > max(sureness(sample) + _BETTER, _DOUBTFUL - _BETTER)


def sureness(strips: Sequence[Strip]) -> float:
    """Give the mean likelihood of all characters."""
    values = [one.likelihood for strip in strips for one in strip.characters]
    return sum(values) / len(values) if values else 0.0


def _ways(region: Region) -> tuple[bool, ...]:
    if not region.standing:
        return (False,)
    return (True,) if region.height > _COLUMN * region.width else (False, True)
