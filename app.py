"""Serves Gazeboard: settings from the environment, pages by waitress, work by processes of its own."""

from dashboard.server import main

if __name__ == "__main__":
    raise SystemExit(main())
