"""The command line: one file per command, imported when it is called, so that `--help` is instant."""

import importlib
import os
import sys
from pathlib import Path

import click

import curator
from curator.errors import ConflictError, CuratorError

#: Command, module, and the line that `curator --help` shows. The module is imported only when it is needed.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "A copy of the sample workspace, checked, summarised and opened in review."),
    "import": ("import_", "Read files, folders or Hub data sets into a workspace."),
    "check": ("check", "Find what is wrong."),
    "findings": ("findings", "List what was found."),
    "clusters": ("clusters", "What the pairs that teach facts are about; route a cluster to RAG."),
    "review": ("review", "Look at the pairs and decide, key by key."),
    "keys": ("keys", "List the keys of review; --test tells which of them the terminal delivers."),
    "ignore": ("ignore", "Set a check or one rule of it aside, and say why."),
    "fix": ("fix", "Apply the fixes that checks propose."),
    "decide": ("decide", "Decide about many pairs at once."),
    "assess": ("assess", "Should you fine-tune? A verdict with its evidence."),
    "eval-set": ("eval_set", "Freeze rows to measure with, held out of training."),
    "baseline": ("baseline", "Measure what prompting alone reaches, after a yes."),
    "report": ("report", "Write the verdict as one page, for the person who pays."),
    "ground": ("ground", "Put the passage that holds the facts into the input of pairs."),
    "export": ("export", "Write training files for a provider or trainer."),
    "examples": ("examples", "List the standing state of each example."),
    "status": ("status", "The workspace in numbers."),
    "log": ("log", "Who changed what, and when."),
    "undo": ("undo", "Take back your last operation."),
    "redo": ("redo", "Do again what you took back."),
    "verify": ("verify", "Check that a workspace or an export agrees with itself."),
    "backup": ("backup", "Write a consistent copy of the workspace."),
    "explain": ("explain", "What a check looks for, why, and how to mend it."),
    "checks": ("checks", "List the checks."),
    "formats": ("formats", "List the row shapes that import knows."),
    "targets": ("targets", "List where an export can go, with limits and status."),
}

#: Commands whose arguments are files; for the others a workspace may stand without its -w.
TAKES_FILES = ("import", "backup", "verify")

#: The exit code when whoever reads our output has enough (`| head`): what a shell gives for SIGPIPE.
ENOUGH = 141


class LazyGroup(click.Group):
    """Finds a command's module when the command is called; a workspace file as the first word means `review`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands in the order of the path that data takes."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command itself, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"curator.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Runs a command. What it could not do is said in a sentence, and the exit code is 2."""
        try:
            return super().invoke(ctx)
        except CuratorError as error:
            from curator.cli.output import say

            say(f"curator: {_masked(error)}")
            ctx.exit(2)
        except BrokenPipeError:
            from curator.cli.output import drop_output

            drop_output()
            ctx.exit(ENOUGH)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Reads `curator refunds.curator` as `curator review -w refunds.curator`, and so for every command."""
        if args and args[0] not in COMMANDS and Path(args[0]).suffix == ".curator":
            args = ["review", "-w", *args]
        elif len(args) > 1 and args[0] not in TAKES_FILES and Path(args[1]).suffix == ".curator":
            args = [args[0], "-w", *args[1:]]
        elif args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = _nearest(args[0])
            ctx.fail(f"there is no command {args[0]!r}{near}. `curator --help` lists them.")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands without importing one of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _masked(error: CuratorError) -> str:
    """What to say of an error; one that quotes two versions of a text hides secrets and personal data in them."""
    if not isinstance(error, ConflictError):
        return str(error)
    from curator.checks.sensitive_values import masked_text

    return masked_text(str(error))


def _nearest(word: str) -> str:
    import difflib

    near = difflib.get_close_matches(word, COMMANDS, 1)
    return f" (did you mean {near[0]!r}?)" if near else ""


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(curator.__version__, prog_name="curator")
def group() -> None:
    """Check, review and export fine-tuning data.

    Everything lives in one workspace file, and nothing is sent anywhere. Start with `curator demo`, or with
    your own data: curator import train.jsonl && curator check && curator review && curator export --to openai --out out
    """


def main() -> None:
    """The `curator` command."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - stays open to the end
    # Where processes share the work, a second thread of numpy's only spins. It is read when numpy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        group(prog_name="curator")
    finally:
        _flush()


def _flush() -> None:
    """Writes what is left of the output now, while it can still be said that this failed."""
    try:
        sys.stdout.flush()
    except OSError as error:
        from curator.cli.output import refuse_output, say

        try:
            refuse_output(error)
        except CuratorError as said:
            if isinstance(error, BrokenPipeError):
                sys.exit(ENOUGH)
            say(f"curator: {said}")
            sys.exit(2)
