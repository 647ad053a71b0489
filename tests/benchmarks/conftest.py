"""The benchmarks are a package of the checkout that is not installed: found here wherever pytest is started."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))
