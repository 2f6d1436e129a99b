"""Is there, and no more: PyTorch as bench/compare_gpu.py looks for it."""
