"""How dbt and the Prefect server are started and stopped."""
