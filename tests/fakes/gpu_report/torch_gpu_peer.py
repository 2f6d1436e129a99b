"""Speaks as bench/peers/torch_gpu_peer.py does, with times that are made up. The setting that PEER_FAILS names fails, and
the one that PEER_HANGS names never answers."""

import os
import signal
import sys

setting = sys.argv[2]
if setting == os.environ.get("PEER_FAILS"):
    raise RuntimeError(f"{setting} is made to fail")
if setting == os.environ.get("PEER_HANGS"):
    signal.pause()
print("ready PyTorch (a stand-in)", flush=True)
for _ in sys.stdin:
    print("4.0 4.5", flush=True)
