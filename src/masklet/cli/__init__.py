"""The command line: one frozen dataclass a verb."""
