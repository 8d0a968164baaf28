"""The contracts of the feeds, one YAML file each, and the module that reads them."""
