/* What `cuvette data info` tells about a data set. */
#ifndef CLI_DATA_INFO_H
#define CLI_DATA_INFO_H

#include "data/sources/source.h"

/* Reads every image, for the balance of the classes and the pixels' statistics, and prints them: as text, or as one
 * JSON object. */
bool data_info_print(struct source *s, bool json, struct error *e);

#endif
