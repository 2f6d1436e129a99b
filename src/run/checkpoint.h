/* checkpoint.safetensors in a run's folder: a snapshot of its training, from which it goes on. The arrays are those of
 * SNAPSHOT_ARRAYS; the numbers are in the file's metadata, exact to the bit. */
#ifndef RUN_CHECKPOINT_H
#define RUN_CHECKPOINT_H

#include "base/atomic_file.h"
#include "nn/train/snapshot.h"

/* The file appears whole or not at all, in place of the one before. `wish` as in atomic_file_write_parts(). False with
 * an error. */
bool checkpoint_write(const char *folder, const struct snapshot *s, const struct atomic_wish *wish, struct error *e);

/* False with an error: there is none, it is damaged, or of another version. Else snapshot_free() it. */
bool checkpoint_read(const char *folder, struct snapshot *out, struct error *e);

/* The steps that are done in it; 0: there is none that can be read. */
uint64_t checkpoint_steps(const char *folder);

bool checkpoint_exists(const char *folder);
bool checkpoint_find(const char *folder, char path[PATH_SIZE]); /* its path, where it exists */

#endif
