"""Files in, typed rows in raw tables out; knows nothing of what the rows mean."""
