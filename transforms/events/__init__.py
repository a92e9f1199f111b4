"""From reports to events: grouping, status history, corroboration, severity. Pure; no Beam, no store."""
