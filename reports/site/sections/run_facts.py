"""Run facts: what an auditor needs to find this run and prove that it was not altered."""

from reports.site import wording
from reports.site.published import PublishedMarts
from reports.site.run import Run
from reports.site.section import Section

_UNKNOWN = "not recorded"


def section(marts: PublishedMarts, run: Run) -> Section:
    """List the facts of the manifest, each as a label and a value."""
    del marts  # facts of a run are in its manifest only
    facts = (
        ("Run", run.run_id or _UNKNOWN),
        ("As of", wording.day(run.as_of)),
        ("As known on", wording.day(run.known_at)),
        ("Status", wording.name(run.status) if run.status else ""),
        ("Started (London time)", wording.moment(run.started_at)),
        ("Finished (London time)", wording.moment(run.finished_at)),
        ("Code version", run.code_version or _UNKNOWN),
        ("Lock file hash (SHA-256)", run.lock_sha256 or _UNKNOWN),
        ("Policy hash (SHA-256)", run.policy_sha256 or _UNKNOWN),
        ("Previous manifest hash (SHA-256)", run.previous_manifest_sha256 or "none: first run"),
        ("Calculated on", run.target),
    )
    return Section(
        "run", "About this run", tuple((label, value) for label, value in facts if value)
    )
