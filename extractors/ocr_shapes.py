"""Pictures as arrays, and the rotated rectangles around lines of text."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""Height, width, colour (blue, green, red)."""
Points = npt.NDArray[np.float32]

_STANDING = 1.5


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle around one line: its middle, sides, slope in degrees (-45..45), and how sure it is text."""

    x: float
    y: float
    width: float
    height: float
    angle: float
    score: float

    @property
    def standing(self) -> bool:
        """Tell whether it is higher than wide: a column, or a single narrow character."""
        return self.height > _STANDING * self.width

    @property
    def thickness(self) -> float:
        """Give the height of the characters, with the margin around them."""
        return min(self.width, self.height)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Give left, top, right, bottom of the level rectangle around it."""
        (left, top), (right, bottom) = self.corners.min(axis=0), self.corners.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    @property
    def corners(self) -> Points:
        """Give top left, top right, bottom right, bottom left."""
        turn = math.radians(self.angle)
        along = np.array([math.cos(turn), math.sin(turn)]) * self.width / 2
        down = np.array([-math.sin(turn), math.cos(turn)]) * self.height / 2
        middle = np.array([self.x, self.y])
        corners = [middle - along - down, middle + along - down, middle + along + down, middle - along + down]
        return np.array(corners, np.float32)
