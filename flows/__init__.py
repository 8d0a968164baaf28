"""The order of the day: the only package that knows Prefect and dbt."""
