"""A sweep as one self-contained page of HTML: nothing is fetched, and nothing needs a script to be read."""
