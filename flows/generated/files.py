"""Every generated file, with the function that returns what it should hold."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from flows.generated.gates_page import gates_page
from flows.generated.key_tests import key_test, keys_by_group
from flows.settings import PROJECT_ROOT
from ingestion.contracts.contract import load_contracts
from ingestion.policy.policy_contract import load_policy_contracts
from ingestion.registry.feeds_in_dbt import feed_sources, feeds_macro
from ingestion.registry.feeds_page import feeds_page
from ingestion.registry.gates import gate_registry
from ingestion.registry.policy_in_dbt import (
    policy_macros,
    policy_seeds,
    policy_sources,
    policy_view,
)
from ingestion.registry.policy_page import policy_page

_DBT = PROJECT_ROOT / "dbt_project"
_STAGING = _DBT / "models" / "staging"
_GENERATED_MACROS = _DBT / "macros" / "generated"
_DOCS = PROJECT_ROOT / "docs"

MARTS_PAGE = _DOCS / "marts.md"
"""The page that comes from what dbt knows of the project, so that dbt must parse it first."""


def generated_files() -> Mapping[Path, Callable[[], str]]:
    """The files that come from contracts, suites, keys and policy, each with its writer."""
    feeds, tables = load_contracts(), load_policy_contracts()
    views = {
        _STAGING / "policy" / f"stg_policy__{table}.sql": partial(policy_view, table)
        for table in tables
    }
    key_tests = {
        _DBT / "tests" / "keys" / f"keys_of_{group}.sql": partial(key_test, group, keys)
        for group, keys in keys_by_group(_DBT / "models").items()
    }
    return {
        _GENERATED_MACROS / "feeds.sql": partial(feeds_macro, feeds),
        _GENERATED_MACROS / "policy_tables.sql": partial(policy_macros, tables),
        _STAGING / "feeds" / "_sources.yml": partial(feed_sources, feeds),
        _STAGING / "policy" / "_sources.yml": partial(policy_sources, tables),
        **views,
        **key_tests,
        _DBT / "seeds" / "policy" / "_policy.yml": partial(policy_seeds, tables),
        PROJECT_ROOT / "expectations" / "registry.py": partial(gate_registry, feeds, tables),
        _DOCS / "feeds.md": partial(feeds_page, feeds),
        _DOCS / "gates.md": gates_page,
        _DOCS / "policy-tables.md": partial(policy_page, tables),
    }
