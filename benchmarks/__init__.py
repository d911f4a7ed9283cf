"""Measurements of speed and accuracy: `make bench`. Never run by the tests; results in results.json."""
