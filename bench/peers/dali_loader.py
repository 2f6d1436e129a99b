"""Times DALI's pipeline of the CPU on a folder of images: images a second of the clock and of the processors, one pass.

    dali_loader.py FOLDER SIZE THREADS [crop|resize]
"""

import sys
import time

from nvidia.dali import fn, pipeline_def, types

BATCH = 64
AHEAD = 3  # batches that are made before the clock starts: the pipeline fills its queues


@pipeline_def(batch_size=BATCH, device_id=None)
def images(folder, size, how):
    files, labels = fn.readers.file(file_root=folder, random_shuffle=True, name="files")
    if how == "crop":
        decoded = fn.decoders.image_random_crop(files, device="cpu")
    else:
        decoded = fn.decoders.image(files, device="cpu")
    return fn.resize(decoded, size=(size, size), interp_type=types.INTERP_LINEAR, antialias=True), labels


def main():
    folder, size, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    pipeline = images(folder, size, sys.argv[4] if len(sys.argv) > 4 else "crop", num_threads=threads)
    pipeline.build()
    batches = pipeline.epoch_size("files") // BATCH
    for _ in range(AHEAD):
        pipeline.run()
    began, before = time.monotonic(), time.process_time()
    for _ in range(batches):
        pipeline.run()
    print(f"figure images_per_second {batches * BATCH / (time.monotonic() - began):.1f} images/s")
    print(f"figure images_per_core_second {batches * BATCH / (time.process_time() - before):.1f} images/s")


main()
