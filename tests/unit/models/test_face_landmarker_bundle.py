import importlib.util
import io
import zipfile

import pytest

from pipeline.model_files import read_model

BUNDLE = "face_landmarker.task"


@pytest.fixture(scope="module")
def build(repo_root):
    path = repo_root / "models/build_face_landmarker.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def graphs():
    with zipfile.ZipFile(io.BytesIO(read_model(BUNDLE))) as bundle:
        return {member.filename: (member, bundle.read(member)) for member in bundle.infolist()}


def test_it_holds_the_two_graphs_uncompressed_and_undated(graphs):
    assert set(graphs) == {"face_detector.tflite", "face_landmarks_detector.tflite"}
    for member, _ in graphs.values():
        assert member.compress_type == zipfile.ZIP_STORED  # MediaPipe maps them as they lie
        assert member.date_time == (1980, 1, 1, 0, 0, 0)


def test_the_mesh_answers_with_all_landmarks_and_the_flag(build, graphs):
    _, flatbuffer = graphs["face_landmarks_detector.tflite"]
    graph = build.tflite.ModelT.InitFromObj(build.tflite.Model.GetRootAs(flatbuffer, 0))
    main = graph.subgraphs[0]
    outputs = [main.tensors[index] for index in main.outputs]
    assert [list(tensor.shape) for tensor in outputs] == [[1, 1, 1, 478 * 3], [1, 1, 1, 1]]
    assert any(entry.name == b"TFLITE_METADATA" for entry in graph.metadata)


def test_every_refined_point_is_named_once_in_its_region(build):
    for points in build.REGIONS.values():
        assert len(set(points)) == len(points)
    assert [len(points) for points in build.REGIONS.values()] == [80, 71, 71, 5, 5]
    irises = {*build.REGIONS["output_left_iris"], *build.REGIONS["output_right_iris"]}
    assert irises == set(range(468, 478))
    assert not set(build.IMAGE_LEFT_EYE) & set(build.IMAGE_RIGHT_EYE)
