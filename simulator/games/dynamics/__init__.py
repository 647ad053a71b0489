"""Alliances over time: repetition, ruin, milestones, learning races, options, walking away."""
