/* What `cuvette data info` prints. */
#ifndef CLI_DATA_INFO_H
#define CLI_DATA_INFO_H

#include "data/sources/source.h"

/* Reads every image, and prints the number of images in each class and the statistics of the pixels, as text or as one
 * JSON object. False with an error. */
bool data_info_print(struct source *s, bool json, struct error *e);

#endif
