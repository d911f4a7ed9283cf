"""Serves Gazeboard: settings from the environment, pages by waitress, work by processes of its own."""

import os

# Many requests are answered at a time: threads within one of them would only be in the way of the others.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from dashboard.server import main

if __name__ == "__main__":
    raise SystemExit(main())
