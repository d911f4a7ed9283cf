import zlib
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.domain import Observations
from pipeline.errors import InputError
from pipeline.face import eye_video, observations
from pipeline.face.eye_crops import HEIGHT_PX, WIDTH_PX
from pipeline.face.landmark_code import quantised
from pipeline.face.observations import EYES, SCHEMA, TABLE, load, save

FIELDS = ("t_ms", "landmarks_px", "face_count", "face_changed", "brightness", "blur", "eyes_affine")
BYTES_AN_HOUR = 150e6


def made_up(n=60, *, eyes=True, seed=0):
    """Observations of a face that wanders, away in every seventh frame."""
    random = np.random.default_rng(seed)
    walk = np.cumsum(random.normal(0, 2, (n, 1, 3)), axis=0)
    landmarks = quantised((random.uniform(300, 500, (1, 478, 3)) + walk).astype(np.float32))
    affine = random.normal(0, 100, (n, 2, 2, 3)).astype(np.float32)
    light = random.uniform(0, 255, (2, n)).astype(np.float32)
    crops = random.integers(100, 110, (n, 2, HEIGHT_PX, WIDTH_PX), np.uint8)
    away = np.arange(n) % 7 == 3
    for values in (landmarks, affine, light[0], light[1]):
        values[away] = np.nan
    return Observations(
        frame_width_px=1280,
        frame_height_px=720,
        t_ms=np.cumsum(random.uniform(20, 50, n)),
        landmarks_px=landmarks,
        face_count=np.where(away, 0, random.integers(1, 4, n)).astype(np.int16),
        face_changed=random.random(n) < 0.1,
        brightness=light[0],
        blur=light[1],
        eyes=crops if eyes else None,
        eyes_affine=affine if eyes else None,
    )


def assert_same(a, b):
    assert (a.frame_width_px, a.frame_height_px) == (b.frame_width_px, b.frame_height_px)
    for name in FIELDS:
        one, other = getattr(a, name), getattr(b, name)
        assert one.dtype == other.dtype
        assert np.array_equal(one, other, equal_nan=one.dtype.kind == "f"), name


@pytest.mark.parametrize("rows_per_group", [1, 7, 4096])
def test_everything_comes_back_exactly(tmp_path, monkeypatch, rows_per_group):
    monkeypatch.setattr(observations, "ROWS_PER_GROUP", rows_per_group)
    kept = made_up()
    save(kept, tmp_path)
    assert_same(load(tmp_path), kept)


def test_crops_come_back_nearly_and_only_when_asked_for(tmp_path):
    kept = made_up()
    save(kept, tmp_path)
    assert load(tmp_path).eyes is None
    difference = load(tmp_path, eyes=True).eyes.astype(float) - kept.eyes
    assert np.sqrt(np.mean(difference**2)) < 3
    assert abs(difference.mean()) < 0.5


def test_the_full_range_of_greys_survives(tmp_path):
    ramp = np.linspace(0, 255, WIDTH_PX).round().astype(np.uint8)
    eyes = np.broadcast_to(ramp, (60, 2, HEIGHT_PX, WIDTH_PX))
    save(replace(made_up(), eyes=eyes), tmp_path)
    assert np.abs(load(tmp_path, eyes=True).eyes.astype(int) - eyes).max() <= 4


def test_without_crops_no_video_is_written_nor_left_from_before(tmp_path):
    save(made_up(), tmp_path)
    save(made_up(eyes=False), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [TABLE]
    again = load(tmp_path, eyes=True)
    assert again.eyes is again.eyes_affine is None


@pytest.mark.parametrize("n", [1, 3])
def test_sessions_of_few_frames_are_kept(tmp_path, n):
    save(made_up(n), tmp_path)
    assert_same(load(tmp_path, eyes=True), made_up(n))


def test_a_session_without_a_face_is_kept(tmp_path):
    kept = made_up(eyes=False)
    kept.landmarks_px[:] = np.nan
    save(kept, tmp_path)
    assert not load(tmp_path).has_face.any()


def test_real_observations_fit_the_budget_and_come_back(tmp_path, real_observations):
    save(real_observations, tmp_path)
    assert_same(load(tmp_path), real_observations)
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert size / len(real_observations) * 3600 * 30 < BYTES_AN_HOUR
    eyes = load(tmp_path, eyes=True).eyes
    assert np.sqrt(np.mean((eyes.astype(float) - real_observations.eyes) ** 2)) < 2.5


def test_an_interrupted_save_leaves_what_was_there(tmp_path, monkeypatch):
    save(made_up(), tmp_path)
    before = (tmp_path / TABLE).read_bytes()

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(observations, "_row_group", stop)
    with pytest.raises(KeyboardInterrupt):
        save(made_up(30, eyes=False), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [TABLE]
    assert (tmp_path / TABLE).read_bytes() == before


# What is refused


@pytest.fixture
def stored(tmp_path):
    """The table of a session as it lies on the disk, to be spoilt."""
    save(made_up(), tmp_path)
    return tmp_path


def rewritten(folder, change=None, header=None):
    """The stored table with other columns, or with another text in its metadata."""
    table = pq.read_table(folder / TABLE)
    metadata = table.schema.metadata
    if header is not None:
        checksum = f"{zlib.crc32(header.encode()):08x}"
        metadata = {observations.FORMAT: header, observations.CHECKSUM: checksum}
    table = change(table) if change else table
    pq.write_table(table.replace_schema_metadata(metadata), folder / TABLE)


def with_column(name, position, value):
    """Change one value of a column."""

    def change(table):
        values = table[name].to_pylist()
        values[position] = value
        field = table.schema.field(name)
        return table.set_column(table.schema.get_field_index(name), field, pa.array(values, field.type))

    return change


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(
        InputError, match=r"^observations\.parquet: expected a whole Parquet file .*, got none\.$"
    ):
        load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"t_ms,face\n0,1\n", b"PAR1" + bytes(100) + b"PAR1"])
def test_what_is_no_parquet_file_is_refused(tmp_path, content):
    (tmp_path / TABLE).write_bytes(content)
    with pytest.raises(InputError, match="a whole Parquet file"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("column", "row", "value", "message"),
    [
        ("t_ms", 7, 0.0, "row 8, column t_ms: expected a later time"),
        ("t_ms", 7, None, "t_ms: expected a value in every row"),
        ("t_ms", 7, float("nan"), "row 8, column t_ms: expected a time in ms, got nan"),
        ("t_ms", 59, 1e300, "row 60, column t_ms: expected a time in ms"),
        ("face_count", 0, 0, "row 1, column face_count: expected at least the face"),
        ("face_count", 3, -1, "row 4, column face_count"),
        ("brightness", 2, 256.0, "row 3, column brightness"),
        ("blur", 2, -1.0, "row 3, column blur"),
        ("blur", 2, float("inf"), "row 3, column blur"),
        ("landmarks", 0, [2**30] * 1434, "column landmarks: expected a face near the frame"),
        ("eyes_affine", 2, None, "row 3, column eyes_affine"),
        ("eyes_affine", 3, [1.0] * 12, "row 4, column eyes_affine"),
        ("eyes_affine", 2, [float("inf")] * 12, "row 3, column eyes_affine"),
    ],
)
def test_values_that_cannot_be_are_refused_by_row_and_column(stored, column, row, value, message):
    rewritten(stored, with_column(column, row, value))
    with pytest.raises(InputError, match=message):
        load(stored)


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.drop_columns(["blur"]),
        lambda table: table.append_column("x", table["blur"]),
        lambda table: table.rename_columns(["t", *SCHEMA.names[1:]]),
        lambda table: table.set_column(0, "t_ms", table["t_ms"].cast(pa.float32())),
        lambda table: table.set_column(5, "landmarks", table["eyes_affine"]),
        lambda table: table.set_column(1, "face_count", table["t_ms"].cast(pa.string())),
    ],
)
def test_other_columns_are_refused(stored, change):
    rewritten(stored, change)
    with pytest.raises(InputError, match="columns: expected t_ms"):
        load(stored)


def test_an_empty_table_is_refused(stored):
    rewritten(stored, lambda table: table.slice(0, 0))
    with pytest.raises(InputError, match=r"expected 1 to [0-9,]+ rows, got 0"):
        load(stored)


GOOD = (
    '"format": "gazeboard-observations", "version": 1, "steps_per_px": 16, '
    '"frame_width_px": 1280, "frame_height_px": 720'
)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "metadata"),
        ("{}", "metadata"),
        ("[1]", "metadata"),
        ("null", "metadata"),
        ("{" + GOOD.replace("1,", "2,", 1) + ', "parents": []}', "version 1"),
        ("{" + GOOD.replace("16", "8") + ', "parents": []}', "version 1"),
        ("{" + GOOD.replace("1280", "0") + ', "parents": []}', "frame_width_px: expected a whole number"),
        ("{" + GOOD.replace("720", "1e300") + ', "parents": []}', "frame_height_px"),
        ("{" + GOOD.replace("720", "true") + ', "parents": []}', "frame_height_px"),
        ("{" + GOOD + ', "parents": [0, 1, 2]}', "parents"),
        ("{" + GOOD + ', "parents": ' + str([0, 0, 2, *range(3, 478)]) + "}", "parents"),
        ("{" + GOOD + ', "parents": ' + str([-1] * 478) + "}", "parents"),
        ("{" + GOOD + ', "parents": "zero"}', "parents"),
    ],
)
def test_metadata_of_another_kind_are_refused(stored, header, message):
    rewritten(stored, header=header)
    with pytest.raises(InputError, match=message):
        load(stored)


def test_metadata_that_fit_are_accepted(stored):
    rewritten(stored, header="{" + GOOD + ', "parents": ' + str([0] * 478) + "}")
    rewritten(stored, with_column("landmarks", slice(0, 60), [[0] * 1434] * 60))
    rewritten(stored, with_column("eyes_affine", slice(0, 60), [[0] * 12] * 60))
    rewritten(stored, with_column("face_count", slice(0, 60), [1] * 60))
    assert np.all(load(stored).landmarks_px == 0)


def test_damage_is_refused_or_harmless_never_a_crash(stored):
    """Any byte may be changed, any tail be missing: what still loads is what was stored."""
    kept, content = made_up(), (stored / TABLE).read_bytes()
    random = np.random.default_rng(2026)
    refused = 0
    for trial in range(400):
        spoilt = bytearray(content)
        at = int(random.integers(len(content)))
        if trial % 4:
            spoilt[at] ^= int(random.integers(1, 256))
        else:
            del spoilt[at:]
        (stored / TABLE).write_bytes(spoilt)
        try:
            loaded = load(stored)
        except InputError:
            refused += 1
        else:
            assert_same(loaded, kept)
    assert refused > 350


def test_a_damaged_eye_video_is_refused_or_complete(stored):
    content = (stored / EYES).read_bytes()
    random = np.random.default_rng(2026)
    refused = 0
    for trial in range(60):
        spoilt = bytearray(content)
        at = int(random.integers(len(content)))
        if trial % 2:
            spoilt[at] ^= int(random.integers(1, 256))
        else:
            del spoilt[at:]
        (stored / EYES).write_bytes(spoilt)
        try:
            assert load(stored, eyes=True).eyes.shape == (60, 2, HEIGHT_PX, WIDTH_PX)
        except InputError:
            refused += 1
    assert refused >= 30


@pytest.mark.parametrize("content", [b"", b"#EXTM3U\nfile:///etc/passwd\n", b"RIFF    AVI "])
def test_what_is_no_eye_video_is_refused(stored, content):
    (stored / EYES).write_bytes(content)
    with pytest.raises(InputError, match=r"^eyes\.mp4: expected a whole MP4"):
        load(stored, eyes=True)


@pytest.mark.parametrize("n", [59, 61])
def test_eyes_of_another_length_are_refused(stored, n):
    eye_video.write(made_up(n).eyes, stored / EYES)
    with pytest.raises(InputError, match=r"eyes\.mp4: expected 60 frames"):
        load(stored, eyes=True)


def test_eyes_of_another_size_are_refused(stored, monkeypatch):
    monkeypatch.setattr(eye_video, "WIDTH_PX", WIDTH_PX // 2)
    eye_video.write(made_up().eyes[..., : WIDTH_PX // 2], stored / EYES)
    monkeypatch.undo()
    with pytest.raises(
        InputError, match=rf"60 frames of {2 * WIDTH_PX}x{HEIGHT_PX} px, got frame 1 of {WIDTH_PX}x"
    ):
        load(stored, eyes=True)
