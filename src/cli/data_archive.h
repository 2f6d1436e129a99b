/* Archives as data sets: the first time they are packed, with a word and a line of progress. */
#ifndef CLI_DATA_ARCHIVE_H
#define CLI_DATA_ARCHIVE_H

#include "base/error.h"

/* Packs the archive that the path is of, if it is one that was not packed yet; else does nothing. False with an error.
 */
bool data_archive_prepare(const char *name_or_path, struct error *e);

#endif
