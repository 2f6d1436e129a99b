/* Scripts that play programs: they are found before those of the same name. */
#ifndef TESTS_SUPPORT_PLAYED_H
#define TESTS_SUPPORT_PLAYED_H

/* From here to played_end() programs are looked for in bin/ of a folder first. -1: it cannot be, as of cmocka. */
int played_begin(const char *folder);
void played_end(void);

/* `script` is the program of that name in bin/ of the folder. */
void played_program(const char *folder, const char *name, const char *script);

#endif
