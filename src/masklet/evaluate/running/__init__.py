"""Suites of tasks, played resumably in one process or many."""
