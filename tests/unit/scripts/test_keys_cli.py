import argparse

import pytest

from scripts.keys import workspace_name


@pytest.mark.parametrize("name", ["default", "shop-1", "a"])
def test_a_workspace_has_a_plain_name(name: str) -> None:
    assert workspace_name(name) == name


@pytest.mark.parametrize("name", ["", "Shop", "潮見", "a" * 64, "-a", "a b"])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        workspace_name(name)
