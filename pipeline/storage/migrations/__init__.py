"""Numbered steps that bring a catalogue of any age to the present schema; run when it is opened."""
