"""Gates: what this run may release, judged from the inbound rows."""
