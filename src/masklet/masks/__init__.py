"""Masks as data: run lengths, connected components and colours."""
