"""Training: the interactive game, its losses, the recipes and the loop.

Imports nothing beyond torch, numpy, Pillow, OpenCV, safetensors and jaxtyping, so that it runs on
any machine with those.
"""
