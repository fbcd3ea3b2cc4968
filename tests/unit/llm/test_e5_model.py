"""The converted model is whole or remade, however many processes want it and however they end."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from llm import e5_model, e5_source
from llm.embedded_e5 import EmbeddedE5
from llm.errors import ModelFileError
from tests.conftest import ROOT

CONVERT = "import sys; from pathlib import Path; from llm import e5_model; e5_model.ensure(Path(sys.argv[1]))"


def sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.iterdir() if path.name != e5_model.SIZES}


def test_two_processes_at_once_make_one_good_folder(tmp_path: Path, data_dir: Path) -> None:
    command = [sys.executable, "-c", CONVERT, str(tmp_path)]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = "".join(process.communicate(timeout=60)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert said.count("embedded model converted") == 1
    assert [path.name for path in (tmp_path / "models").iterdir() if path.is_dir()] == [e5_model.FOLDER]
    assert sizes(tmp_path / "models" / e5_model.FOLDER) == sizes(e5_model.ensure(data_dir))


def test_a_broken_folder_is_remade(tmp_path: Path, data_dir: Path) -> None:
    good = e5_model.ensure(data_dir)
    broken = tmp_path / "models" / e5_model.FOLDER
    broken.mkdir(parents=True)
    for path in good.iterdir():
        (broken / path.name).write_bytes(path.read_bytes()[: 1000 if path.name == e5_model.ENCODER else None])
    unfinished = broken.with_name(f"{e5_model.FOLDER}.unfinished")
    unfinished.mkdir()
    (unfinished / "left.behind").write_bytes(b"half")
    assert sizes(e5_model.ensure(tmp_path)) == sizes(good)
    assert not unfinished.exists()
    assert np.array_equal(EmbeddedE5(tmp_path).embed_query("潮"), EmbeddedE5(data_dir).embed_query("潮"))


@pytest.mark.parametrize("name", [e5_model.WORDS, e5_model.SIZES])
def test_a_folder_that_lacks_a_file_is_broken(data_dir: Path, tmp_path: Path, name: str) -> None:
    for path in e5_model.ensure(data_dir).iterdir():
        if path.name != name:
            (tmp_path / path.name).symlink_to(path)
    assert not e5_model.whole(tmp_path)


def test_the_sizes_name_every_file(data_dir: Path) -> None:
    folder = e5_model.ensure(data_dir)
    assert json.loads((folder / e5_model.SIZES).read_text()) == sizes(folder)
    assert e5_model.whole(folder)


def test_other_weights_than_the_measured_ones_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "e5-small-q4.bin"
    with pytest.raises(ModelFileError, match="No such file"):
        e5_source.read(other)
    other.write_bytes(b"other weights")
    with pytest.raises(ModelFileError, match="checksum"):
        e5_source.read(other)
