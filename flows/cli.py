"""The `detente` command.

Each command (`flows/commands/`) parses its arguments, calls one function below and says how it ended: 0 done, 1 failed,
2 wrong use, 3 refused to publish. What a command does not need is not imported: `detente --help` and `detente extract`
start without Prefect.
"""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands import articles, operating, reading, releases, running, training

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="News articles in, event data about relations between countries out: who did what to whom, when, who says "
    "so, and the exact words. [dim]Start with: detente run samples --store store[/dim]",
)
for group in (running, operating, articles, releases, reading, training):
    app.add_typer(group.app)


def main() -> None:
    """Run the command; the entry point of the distribution."""
    app()


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed_version

        print(f"detente {installed_version('detente')}")
        raise typer.Exit
