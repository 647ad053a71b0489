"""Who allies with whom: matching, assignment, coalitions, networks."""
