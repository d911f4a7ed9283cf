"""Running the application: the web server, the workers, and the demo school of a first start."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time

from pydantic import ValidationError
from waitress.server import create_server

from dashboard import thumbnails
from dashboard.application import create_app, incoming_of
from dashboard.context import KEY
from dashboard.settings import Demo, Settings
from dashboard.slide_table import slide_table
from dashboard.summaries import SummaryKeeper
from dashboard.uploads import PIECE_BYTES
from pipeline.errors import GazeboardError
from pipeline.ingest.lessons import read_lesson
from pipeline.jobs import LocalExecutor
from pipeline.storage import the_bin
from pipeline.storage.catalogue import Catalogue
from pipeline.synthetic import school

THREADS = 24  # most of them wait: for a file, for the disk, for another's answer
SWITCH_S = 0.001  # a short answer is not to wait 5 ms for a long one whenever it comes back from the disk
TIDY_S = 3600.0


def main() -> int:
    """Serve with the settings of the environment; the exit status."""
    try:
        return serve(Settings())
    except ValidationError as error:
        wrong = (
            f"GAZEBOARD_{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()
        )
        return _complain("\n".join(wrong))


def serve(settings: Settings) -> int:
    """Serve until SIGINT or SIGTERM; the exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sys.setswitchinterval(SWITCH_S)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # waitress then closes what it has open
    try:
        app = create_app(settings)
        server = create_server(
            app.server,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident="",
            max_request_body_size=2 * PIECE_BYTES,
        )
    except GazeboardError as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. See GAZEBOARD_PORT."
        )
    app.server.extensions[KEY].readings.resume()
    executor = LocalExecutor(settings.data, settings.workers)
    keeper = SummaryKeeper(settings.data, app.server.extensions[KEY].school, slide_table)
    threading.Thread(target=_tidy, args=(settings,), name="tidy", daemon=True).start()
    try:
        if settings.demo is Demo.AUTO:
            prepare_demo(settings)
        executor.start()
        keeper.start()
        print(f"Gazeboard is at http://{_name(settings.host)}:{settings.port} (Ctrl-C stops it)", flush=True)
        server.run()
    finally:
        keeper.stop()
        executor.stop()
    return 0


def prepare_demo(settings: Settings) -> None:
    """Put the demo lessons into an empty school and queue a rendered session for each planned student."""
    catalogue = Catalogue.open(settings.data)
    folders = {(lesson := read_lesson(folder)): folder for folder in school.demo_lessons()}
    ours = {(lesson.course_id, lesson.lesson_id) for lesson in folders}
    present = {(row.course_id, row.lesson_id) for row in catalogue.lessons()}
    if present <= ours and not (catalogue.sessions() or catalogue.queue() or the_bin.rows(catalogue)):
        for lesson, folder in folders.items():
            catalogue.put_lesson(lesson, folder)
        sessions = [school.SessionPlan(**payload) for payload in school.plan()]
        lesson, answers = school.quiz(sessions)
        for group in school.groups(sessions):
            catalogue.put_group(group.group_id, group.title, group.students)
        catalogue.put_quiz(lesson.course_id, lesson.lesson_id, answers)
        for payload in school.plan():
            catalogue.enqueue("demo", payload)
    catalogue.close()


def _tidy(settings: Settings) -> None:
    """Give up forgotten uploads even when nobody uploads anything: they may hold pictures of a face."""
    incoming = incoming_of(settings)
    while True:
        incoming.clean()
        thumbnails.tidy(settings.data)
        time.sleep(TIDY_S)


def _name(host: str) -> str:
    """What to type into a browser on this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)


def _complain(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 1
