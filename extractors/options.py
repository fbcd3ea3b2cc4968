"""What the caller may choose about an extraction, the same for every file type."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from extractors.words import Ocr

MAX_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Options:
    """What is wanted of a file, and where it stands."""

    filename: str = ""
    """The owner's name of it."""
    images: bool = True
    """Whether pictures of its pages are wanted."""
    depth: int = 0
    """How deep inside other files it lies."""
    ocr: Callable[[], Ocr] | None = None
    """Gives what reads pictures, loading it if need be; None leaves pictures unread."""
    first_page: int = 1
    """The page from which on it is read; those before were read earlier."""
    margins: frozenset[str] = frozenset()
    """Running heads and feet of the pages before, as `Page.margins` named them."""

    def inside(self, filename: str) -> "Options":
        """Return the options for a file inside this one; its pages need no images."""
        return replace(self, filename=filename, images=False, depth=self.depth + 1, first_page=1, margins=frozenset())
