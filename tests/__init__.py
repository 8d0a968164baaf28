"""The tests of the product; each folder mirrors a package or names what it judges."""
