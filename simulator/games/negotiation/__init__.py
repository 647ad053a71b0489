"""Who gets how much: bargaining solutions, alternating offers, threats, attrition, several partners."""
