"""What else there is to say about a solved game, one module per question."""
