"""Write the vocabulary as a sentencepiece model: the same tokens as the original at 240 MB less memory."""

from importlib import import_module
from pathlib import Path
from typing import Any

import sentencepiece

from llm.e5_source import Source

_FORMAT: Any = import_module("sentencepiece.sentencepiece_model_pb2")  # generated code, without types
BEGIN, PAD, END, UNKNOWN = 0, 1, 2, 3


def vocabulary(source: Source) -> bytes:
    """Write the sentencepiece model; ids are those of the weights."""
    model = _FORMAT.ModelProto()
    kinds = _FORMAT.ModelProto.SentencePiece
    special = {BEGIN: kinds.CONTROL, PAD: kinds.CONTROL, END: kinds.CONTROL, UNKNOWN: kinds.UNKNOWN}
    special[len(source.pieces) - 1] = kinds.CONTROL  # <mask>
    for number, (text, score) in enumerate(source.pieces):
        model.pieces.add(piece=text, score=score, type=special.get(number, kinds.NORMAL))
    _training(model.trainer_spec, len(source.pieces))
    _normalisation(model.normalizer_spec)
    return bytes(model.SerializeToString())


def _training(spec: Any, size: int) -> None:
    spec.model_type = _FORMAT.TrainerSpec.UNIGRAM
    spec.vocab_size = size
    spec.bos_id, spec.pad_id, spec.eos_id, spec.unk_id = BEGIN, PAD, END, UNKNOWN


def _normalisation(spec: Any) -> None:
    rules = Path(sentencepiece.__file__).parent / "package_data" / "nmt_nfkc.bin"
    spec.name = "nmt_nfkc"
    spec.precompiled_charsmap = rules.read_bytes()
    spec.add_dummy_prefix = spec.remove_extra_whitespaces = spec.escape_whitespaces = True
