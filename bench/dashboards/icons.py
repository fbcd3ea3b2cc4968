"""Small drawings that are no text; data-mark lists the characters that a reader may rightly take one for."""

_DRAWN = {
    "bars": '<path d="M2 14V10h2v4zM6 14V7h2v7zM10 14V3h2v11z" fill="currentColor"/>',
    "back": '<path d="M11 2 4 8l7 6" fill="none" stroke="currentColor" stroke-width="2"/>',
    "bell": '<path d="M8 1a4 4 0 0 0-4 4v4l-2 3h12l-2-3V5a4 4 0 0 0-4-4zM6 13h4a2 2 0 0 1-4 0z" fill="currentColor"/>',
    "house": '<path d="M1 8 8 2l7 6M3 7v7h10V7" fill="none" stroke="currentColor" stroke-width="1.6"/>',
    "box": '<path d="M2 4h12v10H2zM2 7h12M6 4v3h4V4" fill="none" stroke="currentColor" stroke-width="1.5"/>',
    "lines": '<path d="M2 13l4-5 3 3 5-7M2 2v12h12" fill="none" stroke="currentColor" stroke-width="1.6"/>',
    "people": '<path d="M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 14c0-7 12-7 12 0z" fill="currentColor"/>',
    "flag": '<path d="M3 1v14M3 2h10l-3 3 3 3H3" fill="none" stroke="currentColor" stroke-width="1.6"/>',
    "play": '<path d="M2 3h12v10H2zM7 6v4l3-2z" fill="none" stroke="currentColor" stroke-width="1.5"/>',
    "heart": '<path d="M8 14S1 9 1 5a3.5 3.5 0 0 1 7-1 3.5 3.5 0 0 1 7 1c0 4-7 9-7 9z" fill="#fe2c55"/>',
    "cart": '<path d="M1 2h3l2 8h7l2-6H5" fill="none" stroke="currentColor" stroke-width="1.6"/>',
}
_MARKS = {"back": "<‹〈く"}
_DOT = "●•・○〇◯■·"


def icon(name: str, size: int = 16) -> str:
    """Draw a small picture that is no letter."""
    mark = f' data-mark="{_MARKS[name].replace("<", "&lt;")}"' if name in _MARKS else ""
    look = f'width="{size}" height="{size}" viewBox="0 0 16 16" class="muted" style="flex:none"'
    return f"<svg {look}{mark}>{_DRAWN[name]}</svg>"


def dot(colour: str) -> str:
    """Draw the dot of a legend."""
    return (
        f'<svg width="11" height="11" style="flex:none" data-mark="{_DOT}">'
        f'<circle cx="5.5" cy="5.5" r="5" fill="{colour}"/></svg>'
    )
