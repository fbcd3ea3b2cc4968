"""What the caller may choose about an extraction, the same for every file type."""

from dataclasses import dataclass

MAX_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Options:
    """The owner's name of the file, whether page images are wanted, how deep inside other files this one lies."""

    filename: str = ""
    images: bool = True
    depth: int = 0

    def inside(self, filename: str) -> "Options":
        """Return the options for a file inside this one; its pages need no images."""
        return Options(filename, images=False, depth=self.depth + 1)
