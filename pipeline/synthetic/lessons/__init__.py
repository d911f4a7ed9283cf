"""The demo school's lessons: slides of our own, their regions, and the sources they are built from."""
