"""How a search ends."""

COMPLETE = 0
"""All extreme equilibria are listed."""
OVER_BUDGET = 1
"""The work allowed was done before the search was."""
TOO_MANY = 2
"""There are more equilibria than are listed."""
DOUBTFUL = 3
"""Numbers so small were met that rounding may have decided, or a check failed."""

NO_ROOM = -1
"""The lists of vertices and pairs are full."""
NO_WALK = -2
"""Too many dictionaries wait at a degenerate face."""
NO_DEPTH = -3
"""Too many branches are open."""
NO_PROFILES = -4
"""The list of equilibria is full."""
TIED = -5
"""A polytope has ties, or a system of equations no single solution."""
