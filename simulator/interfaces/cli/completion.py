"""``alliance completion``: the script that teaches a shell to complete the command."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command(
    "completion",
    short_help="Print the completion script of a shell.",
    epilog='Example: eval "$(alliance completion bash)"',
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that lets bash, zsh or fish complete commands, options and the names of shipped files.

    Evaluate it in the shell's start-up file.
    """
    root = ctx.find_root()
    made = get_completion_class(shell)
    if made is None:
        raise click.BadParameter(f"no completion for {shell}")
    click.echo(made(root.command, {}, "alliance", "_ALLIANCE_COMPLETE").source())
