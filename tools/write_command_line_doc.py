"""Writes docs/command-line.md from the program's own help. A test says when it is out of date.

python -m tools.write_command_line_doc
"""

from __future__ import annotations

from pathlib import Path

import click

from skillmark.cli import main as program

TARGET = Path(__file__).resolve().parents[1] / "docs" / "command-line.md"
WIDTH = 100
HEAD = """# Command line

One program with sub-commands. `SKILLMARK_HOME`, or `--home` before the sub-command, names the data folder.
Errors are one sentence, what to do next, and a stable code in brackets.
This page is written by `python -m tools.write_command_line_doc`.

```console
skillmark init --name "Your College"
skillmark issue class.csv --achievement course.yaml          # says what would happen
skillmark issue class.csv --achievement course.yaml --yes    # issues
skillmark verify badge.png
skillmark verify applicants.zip --out applicants.xlsx        # a folder, a zip or a list: one row for each badge
```

| exit code | meaning |
| ---: | --- |
| 0 | done; for `verify`: genuine and in force |
| 1 | refused; for `verify`: rejected (not genuine, expired, suspended, revoked, no badge, or another person's) |
| 2 | wrong usage |
| 3 | `verify` could not check something |
| 130 | stopped with Ctrl-C: `verify` of many badges writes what it has checked; called again, `issue` goes on |

`verify` of many badges gives the code of the worst: 1 when one is rejected, else 3 when one could not be checked.
"""


def compose_page() -> str:
    """Return the page."""
    parts = [HEAD]
    context = click.Context(program)
    for name in program.list_commands(context):
        command = program.get_command(context, name)
        assert command is not None, "it was listed"
        parts.append(_describe(name, command))
        if isinstance(command, click.Group):
            parts += [_describe(f"{name} {inner}", part) for inner, part in sorted(command.commands.items())]
    return "".join(parts)


def _describe(name: str, command: click.Command) -> str:
    context = click.Context(
        command,
        info_name=f"skillmark {name}",
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        help_option_names=["-h", "--help"],  # as the program sets them for all
    )
    help_text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    return f"\n## {name}\n\n```text\n{help_text}\n```\n"


if __name__ == "__main__":
    TARGET.write_text(compose_page(), "utf-8")
