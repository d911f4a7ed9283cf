"""Make `face_landmarker.task` from the graphs inside the official MediaPipe 0.10.21 wheel.

0.10.21 is the last wheel that carries the face models; 0.10.31 is the newest whose Tasks API neither
reports usage nor asks for an old numpy, and it carries none. The bundle is the bridge between them.

The attention graph answers with seven tensors (mesh, lips, two eyes, two irises, face flag) where the
Tasks API wants one of 478 x 3 and the flag. So operators are appended that refine the mesh inside the
graph as MediaPipe's own post-processing does: x and y of lips and eyes take the place of the mesh's, the
irises are appended, and an iris lies at the mean depth of its eye's contour.

    pip download --no-deps --only-binary=:all: --python-version 3.11 mediapipe==0.10.21 -d wheels
    python models/build_face_landmarker.py wheels/mediapipe-0.10.21-*.whl
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import flatbuffers
import numpy as np
from mediapipe.tasks.metadata import schema_py_generated as tflite
from numpy.typing import NDArray

MODELS = Path(__file__).parent
BUNDLE = MODELS / "face_landmarker.task"
HASHES = MODELS / "hashes.json"

DETECTOR = "mediapipe/modules/face_detection/face_detection_short_range.tflite"
ATTENTION_MESH = "mediapipe/modules/face_landmark/face_landmark_with_attention.tflite"
FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes every time

MESH_POINTS, POINTS = 468, 478
EYE_CONTOUR_POINTS = 16  # the leading points of an eye's region

# Which point of the mesh each row of a refined region is. The graph names the eyes by image side.
LIPS = (
    *(61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409),
    *(78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415),
    *(76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408),
    *(62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407),
)
IMAGE_LEFT_EYE = (
    *(33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    *(130, 25, 110, 24, 23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190),
    *(226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189),
    *(35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245),
    *(156, 70, 63, 105, 66, 107, 55, 193),
)
IMAGE_RIGHT_EYE = (
    *(263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398),
    *(359, 255, 339, 254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414),
    *(446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413),
    *(265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465),
    *(383, 300, 293, 334, 296, 336, 285, 417),
)
REGIONS = {  # in the order MediaPipe applies them
    "output_lips": LIPS,
    "output_left_eye": IMAGE_LEFT_EYE,
    "output_right_eye": IMAGE_RIGHT_EYE,
    "output_left_iris": tuple(range(468, 473)),
    "output_right_iris": tuple(range(473, 478)),
}


class Graph:
    """A TFLite graph that operators can be appended to. Tensors are known by their index."""

    def __init__(self, flatbuffer: bytes) -> None:
        self._model = tflite.ModelT.InitFromObj(tflite.Model.GetRootAs(flatbuffer, 0))
        self._main = self._model.subgraphs[0]

    def find(self, name: str) -> int:
        """Index of a tensor that the graph already has."""
        return [tensor.name for tensor in self._main.tensors].index(name.encode())

    def reshape(self, x: int, shape: Sequence[int]) -> int:
        options = tflite.ReshapeOptionsT()
        options.newShape = list(shape)
        return self._append("RESHAPE", options, [x, self._constant(shape)], shape)

    def columns(self, x: int, first: int, count: int, rows: int) -> int:
        corner, size = self._constant([0, first]), self._constant([rows, count])
        return self._append("SLICE", tflite.SliceOptionsT(), [x, corner, size], [rows, count])

    def concatenate(self, parts: Sequence[int], axis: int, shape: Sequence[int]) -> int:
        options = tflite.ConcatenationOptionsT()
        options.axis = axis
        return self._append("CONCATENATION", options, parts, shape)

    def rows(self, x: int, indices: Sequence[int], width: int) -> int:
        options = tflite.GatherOptionsT()
        options.axis = 0
        return self._append("GATHER", options, [x, self._constant(indices)], [len(indices), width])

    def mean_row(self, x: int, width: int) -> int:
        options = tflite.ReducerOptionsT()
        options.keepDims = True
        return self._append("MEAN", options, [x, self._constant([0])], [1, width])

    def finish(self, outputs: Sequence[int]) -> bytes:
        """The graph with these outputs, packed. Its metadata stays: it holds the input's normalisation."""
        self._main.outputs = list(outputs)
        self._model.signatureDefs = None  # they name the seven outputs that are no longer there
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(self._model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def _append(self, name: str, options: object, inputs: Sequence[int], shape: Sequence[int]) -> int:
        operator = tflite.OperatorT()
        output = self._tensor(shape, tflite.TensorType.FLOAT32)
        operator.opcodeIndex = self._code_index(getattr(tflite.BuiltinOperator, name))
        operator.inputs, operator.outputs = list(inputs), [output]
        operator.builtinOptions = options
        options_kind = type(options).__name__.removesuffix("T")
        operator.builtinOptionsType = getattr(tflite.BuiltinOptions, options_kind)
        self._main.operators.append(operator)
        return output

    def _code_index(self, builtin: int) -> int:
        codes = self._model.operatorCodes
        for index, code in enumerate(codes):
            if code.builtinCode == builtin:
                return index
        code = tflite.OperatorCodeT()
        code.builtinCode, code.version = builtin, 1
        code.deprecatedBuiltinCode = min(builtin, 127)
        codes.append(code)
        return len(codes) - 1

    def _constant(self, values: Sequence[int]) -> int:
        array = np.asarray(values, np.int32)
        return self._tensor(array.shape, tflite.TensorType.INT32, np.frombuffer(array.tobytes(), np.uint8))

    def _tensor(self, shape: Sequence[int], kind: int, data: NDArray[np.uint8] | None = None) -> int:
        buffer = tflite.BufferT()
        buffer.data = data
        self._model.buffers.append(buffer)
        tensor = tflite.TensorT()
        index = len(self._main.tensors)
        tensor.name = f"merge_{index}".encode()
        tensor.shape, tensor.type, tensor.buffer = list(shape), kind, len(self._model.buffers) - 1
        self._main.tensors.append(tensor)
        return index


def refine_inside(attention_mesh: bytes) -> bytes:
    """The attention graph with its refinement built in: outputs 478 x 3 landmarks and the face flag."""
    graph = Graph(attention_mesh)
    mesh = graph.reshape(graph.find("output_mesh_identity"), [MESH_POINTS, 3])
    mesh_z = graph.columns(mesh, 2, 1, MESH_POINTS)
    xy = _refined_xy(graph, mesh)
    iris_z = [_iris_depths(graph, mesh_z, eye) for eye in (IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE)]
    z = graph.concatenate([mesh_z, *iris_z], 0, [POINTS, 1])
    landmarks = graph.concatenate([xy, z], 1, [POINTS, 3])
    return graph.finish([graph.reshape(landmarks, [1, 1, 1, POINTS * 3]), graph.find("conv_faceflag")])


def _refined_xy(graph: Graph, mesh: int) -> int:
    """Stack the mesh and the regions, then take every point from the last of them that has it."""
    parts = [graph.columns(mesh, 0, 2, MESH_POINTS)]
    source = [*range(MESH_POINTS), *[0] * (POINTS - MESH_POINTS)]
    stacked = MESH_POINTS
    for name, points in REGIONS.items():
        parts.append(graph.reshape(graph.find(name), [len(points), 2]))
        for row, point in enumerate(points, start=stacked):
            source[point] = row
        stacked += len(points)
    return graph.rows(graph.concatenate(parts, 0, [stacked, 2]), source, 2)


def _iris_depths(graph: Graph, mesh_z: int, eye: Sequence[int]) -> int:
    contour_z = graph.rows(mesh_z, eye[:EYE_CONTOUR_POINTS], 1)
    return graph.rows(graph.mean_row(contour_z, 1), [0] * 5, 1)


def build(wheel: Path, bundle: Path) -> None:
    """Write the bundle, the same bytes each time."""
    with zipfile.ZipFile(wheel) as source:
        members = {
            "face_detector.tflite": source.read(DETECTOR),
            "face_landmarks_detector.tflite": refine_inside(source.read(ATTENTION_MESH)),
        }
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as target:
        for name, data in members.items():
            target.writestr(zipfile.ZipInfo(name, FIXED_DATE), data)


def record_hash(file: Path) -> str:
    """Enter the file's SHA-256 in `hashes.json`, which is what the pipeline checks it against."""
    known = json.loads(HASHES.read_text()) if HASHES.exists() else {}
    known[file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    HASHES.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
    return str(known[file.name])


if __name__ == "__main__":
    build(Path(sys.argv[1]), BUNDLE)
    print(record_hash(BUNDLE), BUNDLE.name)
