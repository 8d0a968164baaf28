"""What goes out to people: the day's letters, and the lists and files for those who act."""
