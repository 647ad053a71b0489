"""The command ``alliance``: finds the subcommands, and turns every error into one line and an exit code."""

from __future__ import annotations

import importlib
import os
import sys

import click

from simulator import __version__
from simulator.foundation.errors import AllianceError

COMMANDS = (
    "new", "check", "list", "solve", "design", "run", "sweep", "compare", "clauses",
    "sensitivity", "discover", "report", "export", "calibrate", "verify", "completion",
)  # fmt: skip
INTERRUPTED = 130

# Games are small: threads of the linear algebra gain nothing, and cost seconds where other programs use the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class Commands(click.Group):
    """A group whose commands are the modules of this package, imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"simulator.interfaces.cli.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; 1 with a clear line for what the user can put right, 130 when interrupted."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except AllianceError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)
        except KeyboardInterrupt as stop:
            click.echo(f"\n{stop}" if str(stop) else "\nInterrupted; nothing was written.", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # The reader has gone; without this the interpreter would complain when it flushes at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            click.echo(f"{place}{error.strerror or error}.", err=True)
            ctx.exit(1)
        return result


@click.group(
    cls=Commands,
    epilog="Example: alliance solve ham_and_egg",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Alliances between a small firm that stakes everything and a big one that does not.

    A scenario is a TOML file, or the name of a shipped one; so is an experiment. Results go to standard output,
    messages and progress to standard error.
    """
