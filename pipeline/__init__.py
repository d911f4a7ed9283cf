"""Gazeboard's pipeline: from an uploaded session to gaze on slides. Knows nothing of any web page."""

__version__ = "0.1.0"
