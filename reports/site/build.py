"""Owns the page: its sections in order, and the one self-contained file they become."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.site import wording
from reports.site.published import PublishedMarts, open_marts
from reports.site.run import Run, read_run
from reports.site.section import SectionWriter
from reports.site.sections import (
    accessibility,
    aged_debt,
    arrangements,
    checks,
    controls,
    files,
    headline,
    movement,
    policy,
    run_facts,
    suspense,
    verdict,
    write_offs,
)

_SECTIONS: tuple[SectionWriter, ...] = (
    verdict.section,
    headline.section,
    aged_debt.section,
    arrangements.section,
    movement.section,
    controls.section,
    write_offs.section,
    suspense.section,
    checks.section,
    files.section,
    policy.section,
    run_facts.section,
    accessibility.section,
)


def write_site(marts: Path, manifest: Mapping[str, object], output: Path) -> None:
    """Write ``index.html`` into a folder: the report of one run, without any other file.

    Args:
        marts: folder of ``<mart>.parquet``; a withheld mart has no file there.
        manifest: the run's manifest (interface section 2) with ``unreconciled``, ``policy_marks``
            and ``checks_detail`` per gate.
        output: folder that is made where it is missing.

    Raises:
        ReportError: if the folder or the manifest cannot be read as such.
    """
    run = read_run(manifest)
    with open_marts(marts) as published:
        page = render(published, run)
    output.mkdir(parents=True, exist_ok=True)
    finished = output / "index.html"
    unfinished = output / "index.html.part"
    unfinished.write_text(page, encoding="utf-8")
    unfinished.replace(finished)


def render(marts: PublishedMarts, run: Run) -> str:
    """Write the page's text: the same marts and manifest always give the same bytes."""
    sections = [write(marts, run) for write in _SECTIONS]
    return _templates().get_template("page.html.j2").render(run=run, sections=sections)


def _unbroken_money(amount: Decimal | None) -> Markup:
    """Money inside a sentence, kept on one line with its sign."""
    return Markup('<span class="money">{}</span>').format(wording.money(amount))


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "pounds": wording.money,
        "money": _unbroken_money,
        "count": wording.count,
        "share": wording.share,
        "day": wording.day,
        "dated": wording.dated,
        "name": wording.name,
        "feed": wording.feed,
        "debt_type": wording.debt_type,
    }
    environment.globals["counted"] = wording.counted
    return environment
