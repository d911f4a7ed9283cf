import re

from pipeline.attention.registry import MEASURES


def test_every_measure_explains_itself() -> None:
    for name, measure in MEASURES.items():
        assert measure.name == name
        assert measure.label[0].isupper()
        assert measure.definition.endswith(".")
        assert measure.reference
        assert 0 <= measure.digits <= 3


def test_labels_tell_measures_apart() -> None:
    labels = [measure.label for measure in MEASURES.values()]
    assert len(set(labels)) == len(labels)


def test_units_agree_with_the_names() -> None:
    suffixes = {"ms": "ms", "deg": "deg", "hz": "Hz", "share": "share", "n": "students"}
    for name, measure in MEASURES.items():
        suffix = name.rsplit("_", 1)[-1]
        if suffix in suffixes:
            assert measure.unit == suffixes[suffix], name


def test_no_measure_speaks_of_a_state_of_mind() -> None:
    forbidden = re.compile(
        r"attentive|attention|engage|bored|interest|focus|concentrat|distract", re.IGNORECASE
    )
    for measure in MEASURES.values():
        assert not forbidden.search(f"{measure.label} {measure.definition}"), measure.name


def test_a_heading_has_the_unit_if_there_is_one() -> None:
    assert MEASURES["dwell_ms"].heading == "Dwell time [ms]"
    assert MEASURES["smaller_than_error"].heading == "Smaller than error"
