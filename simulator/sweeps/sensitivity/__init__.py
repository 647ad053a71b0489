"""Which parameter matters, and where in the space of parameters something happens."""
