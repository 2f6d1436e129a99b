/* The executable that runs, and what was put beside it when it was installed. */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include <stdbool.h>

#include "base/error.h"
#include "base/path.h"

/* Its path, with symbolic links followed. ERROR_IO where the system does not tell, ERROR_INPUT where it is too long. */
bool program_path(char out[PATH_SIZE], struct error *e);

/* A file or folder by its place seen from the executable's folder, as "../share/cuvette/terminfo". False, with nothing
 * said, where there is none. */
bool program_beside(char out[PATH_SIZE], const char *place);

#endif
