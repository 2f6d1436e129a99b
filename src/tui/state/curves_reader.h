/* Reads the curves of an earlier run on a thread of its own: those of a long one take their time, and a file system can
 * hang. */
#ifndef TUI_CURVES_READER_H
#define TUI_CURVES_READER_H

#include "tui/state/curves.h"

struct curves_reader;

/* `read` is called on the reader's thread when it is done; it must not block. NULL with an error when the thread cannot
 * be started; curves_reader_stop() it. */
struct curves_reader *curves_reader_start(const char *folder, void (*read)(void *context), void *context,
                                          struct error *e);

const char *curves_reader_name(const struct curves_reader *r); /* of the run's folder */

/* Waits at most so many seconds. True when it is done: then `out`, whose curves are freed, has those that were read.
 * When they cannot be read, e has a kind, and `out` is as it was. */
bool curves_reader_take(struct curves_reader *r, double seconds, struct curves *out, struct error *e);

/* Done or not, and without waiting: a thread that reads on soon notices, and frees what it has. Takes NULL. */
void curves_reader_stop(struct curves_reader *r);

#endif
