"""Runs the script of docs/formats.md that reads packed images, on the file that is given.

    python3 tests/peers/packed_read.py docs/formats.md FILE.h5

It needs h5py. Where Pillow is not installed, what stands in for it looks at the images' first bytes alone.
"""

import re
import sys
import types

try:
    import PIL.Image  # noqa: F401
except ImportError:

    class Picture:
        def __init__(self, stream):
            begin = stream.read(8)
            self.format = "JPEG" if begin[:2] == b"\xff\xd8" else "PNG" if begin[1:4] == b"PNG" else "?"
            self.size = (0, 0)

    sys.modules["PIL"] = types.SimpleNamespace(Image=types.SimpleNamespace(open=Picture))

text = open(sys.argv.pop(1), encoding="utf-8").read()
script = re.search(r"```python\n(.*?)```", text, re.S).group(1)
exec(compile(script, "docs/formats.md", "exec"), {"__name__": "__main__"})
