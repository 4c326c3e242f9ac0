"""The floor that every stage stands on: what travels, through which ports, kept by which engine."""
