"""What contracts that met the same luck say about each other: paired statistics, dominance, regions, single clauses."""
