"""Serves Gazeboard: settings from the environment, pages by waitress, work by processes of its own."""

from dashboard.server import serve
from dashboard.settings import Settings

if __name__ == "__main__":
    raise SystemExit(serve(Settings()))
