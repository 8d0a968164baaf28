"""Commands that answer at once: status, query, explain and doctor."""
