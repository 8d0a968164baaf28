"""Builds the pages: the report with its sections in order, and a page for each debtor it names."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.site import cells, wording
from reports.site.debtors import DebtorPage, EarlierRun, debtor_pages
from reports.site.final_accounts import PAGE, FinalAccounts, final_accounts, write_tables
from reports.site.overdue_debtors import DEBTORS
from reports.site.published import PublishedMarts, open_marts
from reports.site.run import Run, read_run
from reports.site.section import SectionWriter
from reports.site.sections import (
    accessibility,
    aged_debt,
    arrangements,
    casework,
    checks,
    controls,
    credits,
    files,
    headline,
    kpis,
    movement,
    policy,
    provision,
    recovery,
    run_facts,
    suspense,
    verdict,
    write_offs,
)

_SECTIONS: tuple[SectionWriter, ...] = (
    verdict.section,
    headline.section,
    kpis.section,
    aged_debt.section,
    arrangements.section,
    recovery.section,
    casework.section,
    movement.section,
    controls.section,
    provision.section,
    write_offs.section,
    credits.section,
    suspense.section,
    checks.section,
    files.section,
    policy.section,
    run_facts.section,
    accessibility.section,
)


def write_site(
    marts: Path,
    manifest: Mapping[str, object],
    output: Path,
    earlier: EarlierRun | None = None,
) -> None:
    """Write the report of one run: ``index.html`` and ``debtors/<id>.html``, each self-contained.

    If there is data for the last financial year, also write ``final_accounts.html`` and its tables
    as CSV.

    Args:
        marts: folder of ``<mart>.parquet``; a withheld mart has no file there.
        manifest: the run's manifest with ``unreconciled``, ``policy_marks``
            and ``checks_detail`` per gate.
        output: folder to write into; made if it is missing.
        earlier: the run of the newest earlier day, to show what changed since.

    Raises:
        ReportError: if the folder or the manifest cannot be read.
    """
    run = read_run(manifest)
    with open_marts(marts) as published:
        pack = final_accounts(published, run)
        page = render(published, run, pack)
        debtors = {
            each.file: render_debtor(each, run)
            for each in debtor_pages(marts, published, run, earlier)
        }
        if pack is not None:
            write_tables(published, pack, output)
    (output / DEBTORS).mkdir(parents=True, exist_ok=True)
    for file, text in debtors.items():
        _write(output / DEBTORS / file, text)
    if pack is not None:
        _write(output / PAGE, render_final_accounts(pack, run))
    _write(output / "index.html", page)


def _write(finished: Path, page: str) -> None:
    unfinished = finished.with_name(f"{finished.name}.part")
    unfinished.write_text(page, encoding="utf-8")
    unfinished.replace(finished)


def render(marts: PublishedMarts, run: Run, pack: FinalAccounts | None) -> str:
    """Write the page's text: the same marts and manifest always give the same bytes."""
    sections = [write(marts, run) for write in _SECTIONS]
    return _templates().get_template("page.html.j2").render(run=run, sections=sections, pack=pack)


def render_final_accounts(pack: FinalAccounts, run: Run) -> str:
    """Write the page of the final accounts."""
    return _templates().get_template("final_accounts.html.j2").render(pack=pack, run=run)


def render_debtor(page: DebtorPage, run: Run) -> str:
    """Write a debtor's page: the explanation that `income explain debtor` shows."""
    return _templates().get_template("debtor.html.j2").render(page=page, run=run)


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
        "money": cells.unbroken_money,
        "sentence": cells.sentence,
        "cell": cells.cell,
        "cell_class": cells.cell_class,
        "count": wording.count,
        "share": wording.share,
        "day": wording.day,
        "plain_text": wording.plain_text,
        "policy_key": wording.policy_key,
        "sentence_case": wording.sentence_case,
        "name": wording.name,
        "feed": wording.feed,
        "debt_type": wording.debt_type,
    }
    environment.globals["counted"] = wording.counted
    return environment
