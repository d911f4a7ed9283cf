"""Who is rendered for the demo, and that a job can be done twice."""

import json

import numpy as np
import pytest

from pipeline.ingest.lessons import read_lesson
from pipeline.ingest.session_package import open_package
from pipeline.parameters import AttentionParameters
from pipeline.storage.catalogue import Catalogue
from pipeline.synthetic import school
from pipeline.synthetic.gaze_behaviour import Behaviour


def test_the_demo_lessons_can_be_read():
    lessons = [read_lesson(folder) for folder in school.demo_lessons()]
    assert len({lesson.course_id for lesson in lessons}) >= 2
    assert len(lessons) >= 6


def test_a_class_of_twelve_and_a_second_course_are_planned():
    plans = [school.SessionPlan(**payload) for payload in json.loads(json.dumps(school.plan()))]
    main = [plan for plan in plans if plan.course == plans[0].course]
    assert len({plan.student for plan in main}) == len(main) >= 12
    assert len(plans) > len(main)
    assert {plan.behaviour for plan in plans} == set(Behaviour)
    assert len({plan.seed for plan in plans}) == len(plans)
    faces = {(plan.student, plan.person_seed) for plan in plans}
    assert len(faces) == len({student for student, _ in faces})  # a student keeps the same face


def test_two_classes_hold_each_student_once_and_are_large_enough_to_be_compared():
    plans = [school.SessionPlan(**payload) for payload in school.plan()]
    one, other = school.groups(plans)
    assert sorted(one.students + other.students) == sorted({plan.student for plan in plans})
    assert min(len(one.students), len(other.students)) >= AttentionParameters.group_min


def test_the_seed_decides_everything():
    assert school.plan(seed=4) == school.plan(seed=4)
    assert {p["seed"] for p in school.plan(seed=4)}.isdisjoint({p["seed"] for p in school.plan(seed=5)})


def test_a_job_hands_in_one_package_even_if_it_is_done_twice(tmp_path):
    folder = school.demo_lessons()[0]
    catalogue = Catalogue.open(tmp_path / "data")
    catalogue.put_lesson(read_lesson(folder), folder)
    tiny = {"seconds": 2.0, "width_px": 160, "height_px": 120, "rate_hz": 2.0}
    job = catalogue.job(catalogue.enqueue("demo", school.plan()[0] | tiny))
    told = []
    for _ in range(2):
        school.demo_job(catalogue, job, lambda stage, share: told.append(share))
    [session] = catalogue.sessions()
    package = open_package(session.upload, tmp_path)
    catalogue.close()
    assert package.header.student == "S01"
    assert told == sorted(told[: len(told) // 2]) * 2
    assert np.max(told) <= 1


@pytest.mark.parametrize("students", [1, 3])
def test_write_demo_lays_out_lessons_and_sessions(tmp_path, monkeypatch, students):
    rendered = []
    monkeypatch.setattr(school, "_render", lambda folder, plan, progress: rendered.append((folder, plan)))
    school.write_demo(tmp_path, students, 20.0, 1)
    assert (tmp_path / "lessons/biology-7/cells/lesson.json").is_file()
    assert {folder.name for folder, _ in rendered} >= {f"S{k + 1:02d}-cells" for k in range(students)}
    assert {(plan.width_px, plan.height_px, plan.rate_hz) for _, plan in rendered} == {(1280, 720, 30.0)}
