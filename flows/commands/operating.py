"""Commands that operate detente on one machine: `up`, `down`."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.commands.options import DEFAULT_STORE, errors, fail, failing_clearly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

app = typer.Typer()

_PORT = 4200
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@app.command()
def up(
    context: typer.Context,
    store: Annotated[
        Path | None,
        typer.Option(
            help="The folder of the store.", envvar="DETENTE_STORE", show_default=str(DEFAULT_STORE)
        ),
    ] = None,
    inbox: Annotated[
        Path | None, typer.Option(help="The folder to put articles into.", show_default="inbox")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Where the server listens.", show_default=str(_PORT)),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            help="The address it listens on; others than this reach beyond this machine.",
            show_default=_LOOPBACK[0],
        ),
    ] = None,
    demo: Annotated[
        bool,
        typer.Option("--demo", help="Run every minute over an inbox in which the samples arrive one by one."),
    ] = False,
) -> None:
    """Operate detente on this machine: server, worker, schedules and alerts, in the background until `detente down`.

    Articles that are put into the inbox are published every morning. Said again, it tells what runs where; what has died
    is started anew, with the options of before.
    """
    from flows.operations.environment import is_protected
    from flows.operations.record import read_record, state_folder
    from flows.operations.up import Plan, bring_up

    with failing_clearly():
        before = read_record()
    demo = demo or (before is not None and before.demo)
    if before and before.demo != demo:
        before = None  # a demonstration has folders of its own
    own = state_folder() / "demo"
    source = context.get_parameter_source("store")
    if demo and source and source.name == "ENVIRONMENT":
        store = None  # made-up articles go into a real store only if that is said in so many words
    store = store or (before.store if before else own / "store" if demo else DEFAULT_STORE)
    inbox = inbox or (before.inbox if before else own / "inbox" if demo else Path("inbox"))
    plan = Plan(
        store=store.absolute(),
        inbox=inbox.absolute(),
        host=host or (before.host if before else _LOOPBACK[0]),
        port=port or (before.port if before else _PORT),
        demo=demo,
    )
    if plan.host not in _LOOPBACK and not is_protected():
        errors.print(
            Text(
                f"Whoever reaches {plan.host} can run and delete what they like: set PREFECT_SERVER_API_AUTH_STRING to "
                "user:password first, and let a proxy encrypt.",
                style="yellow",
            )
        )
    try:
        with (
            _ending_like_an_interrupt(),
            failing_clearly(),
            errors.status("Looking at what is up") as status,
        ):
            overview = bring_up(plan, status.update)
    except KeyboardInterrupt:
        fail("Interrupted: what was started is stopped again.")
    from flows.operations.view import up_view

    Console(highlight=False).print(up_view(overview, command=sys.argv[0]))


@app.command()
def down() -> None:
    """Stop what `detente up` started, by process id; runs that are under way are marked as crashed."""
    from flows.operations.down import bring_down
    from flows.operations.view import down_view

    with failing_clearly(), errors.status("Stopping the worker, its runs and the server"):
        stopped = bring_down()
    Console(highlight=False).print(down_view(stopped) if stopped else "Nothing is up.")


@contextmanager
def _ending_like_an_interrupt() -> Iterator[None]:
    """A request to end this process, or the end of its terminal, is like Ctrl-C while the block runs."""
    before = {sign: signal.signal(sign, _interrupt) for sign in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
