"""Whether what was asked of an export can be, before anything is made."""

from masklet.draw.effects import Effect, is_transparent
from masklet.errors import PromptError
from masklet.formats.rendered import check_target
from masklet.studio.exports.frames import Frames
from masklet.studio.exports.spec import FORMS, Container, ExportAsk

MOST_FILES = 64


def check_ask(ask: ExportAsk, frames: Frames) -> None:
    """See that the options fit the kind.

    Raises:
        PromptError, EffectError, FormatError: they do not.
    """
    form, options = FORMS[ask.kind], ask.options
    if options.per_object and not form.split:
        raise PromptError(f"per_object: {ask.kind} does not come as a file for each object")
    if options.per_object and len(frames.names) > MOST_FILES:
        raise PromptError(f"per_object: {len(frames.names)} objects came; wanted {MOST_FILES}")
    if options.pictures and not form.trained:
        raise PromptError(f"pictures: {ask.kind} is made of them, or has no use for them")
    if options.fps is not None and not form.timed:
        raise PromptError(f"fps: {ask.kind} is no video")
    if ask.kind == "effects":
        _check_effects(ask, frames)
    elif options.effects or options.container is not None:
        raise PromptError(f"effects: {ask.kind} has none; the kind is 'effects'")


def effects_of(ask: ExportAsk, frames: Frames) -> tuple[Effect, ...]:
    """The effects, about objects by their names.

    Raises:
        EffectError: there is no such effect.
        PromptError: there is no such object.
    """
    return tuple(
        Effect(
            effect.kind,
            strength=effect.strength,
            colour=effect.colour,
            picture=effect.picture,
            objects=None if effect.objects is None else _names(effect.objects, frames),
        )
        for effect in ask.options.effects
    )


def container_of(ask: ExportAsk) -> Container | None:
    """The container of effects, None for other kinds."""
    if ask.kind != "effects":
        return None
    transparent = any(effect.kind == "cut-out" for effect in ask.options.effects)
    return ask.options.container or ("mov" if transparent else "mp4")


def _check_effects(ask: ExportAsk, frames: Frames) -> None:
    if not ask.options.effects:
        raise PromptError("effects: none came; choose some first")
    effects, container = effects_of(ask, frames), container_of(ask)
    if container == "mp4" and is_transparent(effects):
        check_target("video.mp4", effects)
    if container == "png" and ask.options.fps is not None:
        raise PromptError("fps: a folder of pictures is no video")


def _names(numbers: tuple[int, ...], frames: Frames) -> tuple[str, ...]:
    """Names of the objects that are exported among those of an effect."""
    return tuple(frames.names[number] for number in numbers if number in frames.names)
