"""Every generated file, with the function that returns what it should hold."""

from collections.abc import Callable, Mapping
from pathlib import Path

from flows.generated.gates_page import gates_page
from flows.settings import PROJECT_ROOT
from ingestion.contracts.contract import load_contracts
from ingestion.policy.policy_tables import POLICY_KEYS
from ingestion.registry.feeds_in_dbt import feed_sources, feeds_macro
from ingestion.registry.feeds_in_gates import gate_registry
from ingestion.registry.feeds_page import feeds_page

_DBT = PROJECT_ROOT / "dbt_project"

FILES: Mapping[Path, Callable[[], str]] = {
    _DBT / "macros" / "generated" / "feeds.sql": lambda: feeds_macro(load_contracts()),
    _DBT / "models" / "staging" / "feeds" / "_sources.yml": lambda: feed_sources(load_contracts()),
    PROJECT_ROOT / "expectations" / "registry.py": lambda: gate_registry(
        load_contracts(), POLICY_KEYS
    ),
    PROJECT_ROOT / "docs" / "feeds.md": lambda: feeds_page(load_contracts()),
    PROJECT_ROOT / "docs" / "gates.md": gates_page,
}
"""The files that come from contracts, suites and shipped policy alone."""
MARTS_PAGE = PROJECT_ROOT / "docs" / "marts.md"
"""The page that comes from what dbt knows of the project, so that dbt must parse it first."""
