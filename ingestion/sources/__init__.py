"""The mappings of source systems, one YAML file each, and how a file is read through one."""
