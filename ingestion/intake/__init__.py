"""From the inbox to the raw tables: arrival, recognition, judgement, quarantine and loading."""
