"""Compiled enumeration of all extreme equilibria: dictionaries, faces, their vertices, and batches of games."""
