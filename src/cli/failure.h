/* The last word of a command that failed, on standard error. */
#ifndef CLI_FAILURE_H
#define CLI_FAILURE_H

#include "base/error.h"

/* The sentence, and below it the lines to type, which stay whole. Takes the text out of *e, so that it is said once;
 * without a text it prints nothing. */
void failure_print(struct error *e);

#endif
