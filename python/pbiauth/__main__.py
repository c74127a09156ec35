"""`python -m pbiauth`: the command itself."""

import os
import subprocess
import sys

from ._command import binary

if os.name == "nt":
    sys.exit(subprocess.call([binary(), *sys.argv[1:]]))
os.execv(binary(), ["pbiauth", *sys.argv[1:]])
