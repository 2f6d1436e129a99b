/* The folder of a comparison, and its comparison.json. */
#ifndef RUN_COMPARE_COMPARISON_FILE_H
#define RUN_COMPARE_COMPARISON_FILE_H

#include "run/compare/comparison.h"

#define COMPARISON_FILE "comparison.json"

/* Makes the folder, the next numbered one where `wanted` is NULL, writes its files and names the folders of the runs.
 * `wanted` must be missing or empty. False with an error. */
bool comparison_create(struct comparison *c, const char *wanted, struct error *e);

/* NULL with an error that names the file; comparison_free() it. */
struct comparison *comparison_open(const char *folder, struct error *e);

/* For who trains its runs, so that no other process does; the claim ends when the descriptor is closed. -1 with an
 * error where another has it, or where nothing can be written. */
int comparison_claim(const char *folder, struct error *e);
bool comparison_is_claimed(const char *folder); /* somebody trains its runs now */

/* Finds a comparison's folder by its path, its name or its number. False where there is none. */
bool comparison_find(const char *name, char out[PATH_SIZE]);

/* The names of the newest ones among the numbered, the newest first. Returns how many, at most `room`. */
enum { COMPARISON_NAME_SIZE = 80 };
int comparison_list(char names[][COMPARISON_NAME_SIZE], int room);

#endif
