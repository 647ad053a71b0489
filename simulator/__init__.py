"""The simulator of asymmetric alliances: a game-theory instrument for SmallCo and BigCo."""

__version__ = "0.1.0"
