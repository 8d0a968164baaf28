"""Settings come from the command line, the environment and income.toml, in this order."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from flows.errors import UsageError
from flows.settings import load_settings


def test_home_is_the_option_then_the_environment_then_a_folder_named_workspace(
    tmp_path: Path,
) -> None:
    environ = {"INCOME_HOME": str(tmp_path / "from_environment")}
    assert load_settings(Path("named"), environ, tmp_path).home == tmp_path / "named"
    assert load_settings(None, environ, tmp_path).home == tmp_path / "from_environment"
    assert load_settings(None, {}, tmp_path).home == tmp_path / "workspace"


def test_an_unknown_key_is_refused_in_one_line_that_names_file_key_and_choices(
    tmp_path: Path,
) -> None:
    (tmp_path / "income.toml").write_text("thread = 2\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"income\.toml: unknown key 'thread'.*threads") as refusal:
        load_settings(tmp_path, {}, tmp_path)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "line", ["threads = 'many'", "threads = 0", "bank_holidays = 'FRA'", "threads = ", "home = '/'"]
)
def test_a_value_that_does_not_fit_is_refused_in_one_line_that_names_the_file(
    tmp_path: Path, line: str
) -> None:
    (tmp_path / "income.toml").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"income\.toml") as refusal:
        load_settings(tmp_path, {}, tmp_path)
    assert "\n" not in str(refusal.value)


def test_values_of_the_file_are_used(tmp_path: Path) -> None:
    (tmp_path / "income.toml").write_text("threads = 2\nbank_holidays = 'WLS'\n", encoding="utf-8")
    settings = load_settings(tmp_path, {}, tmp_path)
    assert (settings.threads, settings.bank_holidays) == (2, "WLS")


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="is a file"):
        load_settings(tmp_path / "taken", {}, tmp_path)


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {}, tmp_path)
    with pytest.raises(ValidationError, match="frozen"):
        settings.threads = 7


def test_child_processes_send_no_telemetry_whatever_the_environment_says(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {"DO_NOT_TRACK": "0", "LANG": "C"}, tmp_path)
    child = settings.child_environment(INCOME_WAREHOUSE="w")
    assert child["DO_NOT_TRACK"] == "1"
    assert child["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"
    assert child["GX_ANALYTICS_ENABLED"] == "false"
    assert child["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert (child["LANG"], child["INCOME_WAREHOUSE"]) == ("C", "w")


def test_a_prefect_server_of_the_user_is_respected(tmp_path: Path) -> None:
    environ = {"PREFECT_API_URL": "http://127.0.0.1:4200/api"}
    assert load_settings(tmp_path, environ, tmp_path).prefect_api_url == environ["PREFECT_API_URL"]
    assert load_settings(tmp_path, {}, tmp_path).prefect_api_url is None
