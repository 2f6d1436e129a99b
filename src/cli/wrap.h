/* Breaks what is printed at blanks, so that it fits the terminal it is printed to. Files and pipes get lines as they
 * are. */
#ifndef CLI_WRAP_H
#define CLI_WRAP_H

#include <stdio.h>

/* Columns of the terminal behind a descriptor; 0: it is none. */
int wrap_columns(int descriptor);

/* Prints a line in at most `columns` columns (0: as it is); what does not fit goes on below, where the last column of
 * text of the line begins: behind two blanks or more, else two columns in. A word that is longer stays whole, since it
 * is a path, and so does a line of JSON. */
void wrap_line(FILE *out, const char *line, int columns);

/* From now on paths that are longer than a row are broken behind a slash: on pages that are read, not copied from. */
void wrap_break_paths(void);

/* From now on whole lines on standard output are wrapped, where it is a terminal. */
void wrap_standard_output(void);

#endif
