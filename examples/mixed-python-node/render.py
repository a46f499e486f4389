import sys
from pathlib import Path

import markdown

source, target = map(Path, sys.argv[1:])
target.write_text(markdown.markdown(source.read_text()))
