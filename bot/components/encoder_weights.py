"""The encoder's weights: found, checked by hash, and made small and fast once.

The published file keeps its weights as int8 but computes with floats, which costs 300 MB and
twice the time. ``onnxruntime`` turns it into one that multiplies integers (per-channel
weights of 7 bits, so that AVX2 cannot overflow); its vectors point the same way within a
cosine of 0.99. It also gives out the layers below the last one, which the published file keeps
to itself. That takes some ten seconds and is kept under the hash of what it was made of.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import tempfile
from pathlib import Path
from typing import Optional

from rasa.shared.exceptions import RasaException

logger = logging.getLogger(__name__)
CACHE = Path("models/encoder")  # git-ignored; seen from where Rasa is started


class WrongWeights(RasaException):
    """The weights are not those that the configuration names by their hash."""


def sha256(path: Path) -> str:
    """The file's SHA-256, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def find(weights: Optional[str]) -> Optional[Path]:
    """Where ``weights`` is: a path, or ``package/file`` of an installed package."""
    if not weights:
        return None
    if Path(weights).is_file():
        return Path(weights)
    package, _, inner = weights.partition("/")
    spec = importlib.util.find_spec(package) if package.isidentifier() else None
    folders = (spec.submodule_search_locations or []) if spec else []
    return next(
        (Path(folder) / inner for folder in folders if (Path(folder) / inner).is_file()), None
    )


def checked(path: Path, wanted: str) -> str:
    """The hash of ``path``, when it is the wanted one.

    Raises:
        WrongWeights: it is another.
    """
    found = sha256(path)
    if found != wanted:
        raise WrongWeights(
            f"{path.name} has the hash {found[:12]}…, config.yml names {wanted[:12]}…; "
            "it is not used. Install the named version, or name the new hash."
        )
    return found


def integers(source: Path, digest: str, layers: int) -> Path:
    """The model of ``source`` that multiplies integers; made unless it is there.

    Args:
        source: the published weights.
        digest: their hash.
        layers: how many of the last layers it gives out, the last one first; fewer where the
            file has fewer that can be told apart.
    """
    made = CACHE / f"{digest[:16]}-{layers}.onnx"
    if made.is_file():
        return made
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        floats, fresh = Path(folder) / "floats.onnx", Path(folder) / "integers.onnx"
        _convert(source, floats, fresh)
        _give_out(fresh, layers)
        fresh.replace(made)
    return made


def _give_out(model: Path, layers: int) -> None:
    """Makes the layers below the last one outputs of ``model``.

    A layer of BERT ends in its second normalization: every other one, counted from the end.
    """
    import onnx  # noqa: PLC0415 as below

    loaded = onnx.load(str(model))
    last = loaded.graph.output[0].name
    normal = [n.output[0] for n in loaded.graph.node if n.op_type == "LayerNormalization"]
    below = normal[-3:0:-2][: layers - 1] if normal and normal[-1] == last else []
    del loaded.graph.output[1:]
    for name in below:
        kind = onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        loaded.graph.output.append(kind)
    onnx.save(loaded, str(model))


def _convert(source: Path, floats: Path, integers_: Path) -> None:
    import onnxruntime  # noqa: PLC0415 only a training without a cache needs these
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    logger.info("Making the sentence encoder fast; this is done once.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(floats)
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
    quantize_dynamic(
        str(floats),
        str(integers_),
        weight_type=QuantType.QUInt8,
        per_channel=True,
        reduce_range=True,
        extra_options={"MatMulConstBOnly": True},
    )
