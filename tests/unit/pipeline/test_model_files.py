import json
import shutil

import pytest

from pipeline import model_files
from pipeline.errors import ModelError

BUNDLE = "face_landmarker.task"


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A copy of the bundled models that a test may spoil."""
    copy = shutil.copytree(model_files.MODELS, tmp_path / "models")
    monkeypatch.setattr(model_files, "MODELS", copy)
    return copy


def test_what_was_shipped_is_read(models):
    assert model_files.read_model(BUNDLE) == (models / BUNDLE).read_bytes()
    assert model_files.model_hash(BUNDLE).startswith("ab28ae8480ec")


def test_one_changed_byte_is_refused_with_both_hashes(models):
    content = bytearray((models / BUNDLE).read_bytes())
    content[len(content) // 2] ^= 1
    (models / BUNDLE).write_bytes(content)
    with pytest.raises(
        ModelError, match=rf"{BUNDLE}: expected SHA-256 ab28\w+, got [0-9a-f]{{64}}\."
    ) as error:
        model_files.read_model(BUNDLE)
    assert str(models) not in str(error.value)


def test_a_missing_model_is_named(models):
    (models / BUNDLE).unlink()
    with pytest.raises(ModelError, match=BUNDLE):
        model_files.read_model(BUNDLE)


@pytest.mark.parametrize("hashes", ["", "{", "[]", "{}"])
def test_hashes_that_do_not_tell_are_refused(models, hashes):
    (models / "hashes.json").write_text(hashes)
    with pytest.raises(ModelError, match=r"hashes\.json"):
        model_files.read_model(BUNDLE)


def test_every_shipped_model_has_a_hash():
    shipped = {
        path.name for path in model_files.MODELS.iterdir() if path.suffix in {".task", ".npz", ".onnx"}
    }
    assert set(json.loads((model_files.MODELS / "hashes.json").read_text())) == shipped
    for name in shipped:
        model_files.read_model(name)


def test_the_model_card_tells_the_same_hashes():
    card = (model_files.MODELS / "MODEL_CARD.md").read_text()
    for name, sha256 in json.loads((model_files.MODELS / "hashes.json").read_text()).items():
        assert f"| `{name}` |" in card
        assert f"`{sha256}`" in card
