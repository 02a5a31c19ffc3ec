"""The studio: click, track, correct and take the masks home, in a browser.

The way of a click: ``static/`` (the page) -> ``web/`` (routes, guard) -> ``scheduler`` (whose turn
it is) -> ``session/`` (the model's state of one project) -> ``store/`` (the log on disk) -> back.
"""
