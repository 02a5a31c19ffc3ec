"""The ``masklet`` command: reads the verb, runs it, and turns what goes wrong into one line."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Protocol, runtime_checkable

import tyro

from masklet.cli.convert import Convert
from masklet.cli.doctor import Doctor
from masklet.cli.evaluate import Evaluate
from masklet.cli.progress import emit
from masklet.cli.render import Render
from masklet.cli.segment import Segment
from masklet.cli.stream import Stream
from masklet.cli.studio import Studio
from masklet.cli.track import Track
from masklet.cli.train import Train
from masklet.cli.weights import Weights
from masklet.errors import MaskletError

BAD_INPUT, INTERRUPTED, BROKEN_PIPE = 2, 130, 141


@runtime_checkable
class Verb(Protocol):
    """A thing the command can do."""

    @property
    def json(self) -> bool:
        """Whether a machine reads the output."""
        ...

    def run(self) -> None:
        """Do it."""
        ...


AnyVerb = (
    Annotated[Segment, tyro.conf.subcommand("segment")]
    | Annotated[Track, tyro.conf.subcommand("track")]
    | Annotated[Stream, tyro.conf.subcommand("stream")]
    | Annotated[Studio, tyro.conf.subcommand("studio")]
    | Annotated[Render, tyro.conf.subcommand("render")]
    | Annotated[Convert, tyro.conf.subcommand("convert")]
    | Annotated[Evaluate, tyro.conf.subcommand("evaluate")]
    | Annotated[Train, tyro.conf.subcommand("train")]
    | Annotated[Weights, tyro.conf.subcommand("weights")]
    | Annotated[Doctor, tyro.conf.subcommand("doctor")]
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: what stands after ``masklet``; the process's own by default.

    Returns:
        0 when done, 2 for input that cannot be used, 130 after Ctrl-C, 141 where the reader of
        the output has gone. Training that SIGTERM stopped ends the process with 143.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if list(arguments) == ["--version"]:
        print(f"masklet {version()}")
        return 0
    try:
        verb = parse(arguments)
    except BrokenPipeError:
        silence_output()
        return BROKEN_PIPE
    return run(verb)


def parse(arguments: Sequence[str]) -> Verb:
    """The verb and its options. Ends the process after help, or after a word about a mistake."""
    return tyro.cli(
        AnyVerb,
        args=arguments,
        prog="masklet",
        config=(tyro.conf.FlagCreatePairsOff,),
        description="Click an object in an image or a video and get its mask through time.",
    )


def version() -> str:
    """The installed version."""
    from importlib.metadata import version as installed

    return installed("masklet")


def run(verb: Verb) -> int:
    """Run a verb and give the command's exit code."""
    try:
        verb.run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("masklet: stopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        silence_output()
        return BROKEN_PIPE
    except MaskletError as error:
        return refuse(verb, " ".join(str(error).split()))
    except OSError as error:
        where = "" if error.filename is None else f": {error.filename}"
        return refuse(verb, f"{error.strerror or error}{where}")
    return 0


def refuse(verb: Verb, reason: str) -> int:
    """One line that says what is wrong."""
    if verb.json:
        emit("error", message=reason)
    print(f"masklet: error: {reason}", file=sys.stderr)
    return BAD_INPUT


def silence_output() -> None:
    """Let the interpreter flush into nothing when it ends, instead of complaining."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
