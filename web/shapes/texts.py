"""Texts as they may come in: bounded and free of NUL, which Postgres can't keep."""

from typing import Annotated

from pydantic import StringConstraints

NO_NUL = r"^[^\x00]*$"
Short = Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=NO_NUL)]
SAYS_SOMETHING = r"^[^\x00]*[^\x00\s][^\x00]*$"
Question = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=SAYS_SOMETHING)]
