"""How populations and players find equilibria: evolution, fictitious play, imitation."""
