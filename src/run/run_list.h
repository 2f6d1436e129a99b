/* The runs in a folder of runs. */
#ifndef RUN_RUN_LIST_H
#define RUN_RUN_LIST_H

#include "run/run_entry.h"

struct run_list {
    int count;
    struct run_entry **entries;
};

/* The folders that may be those of runs, as paths: by their names, the latest number first. */
struct run_list_folders {
    int count;
    char **paths;
};

/* `runs`: NULL for that of path_runs(). One that is missing counts as empty. False with an error. Free it with
 * run_list_free_folders(). */
bool run_list_folders(struct run_list_folders *f, const char *runs, struct error *e);
void run_list_free_folders(struct run_list_folders *f);

/* Looks at all of them. False with an error; else run_list_free() it. */
bool run_list_read(struct run_list *l, const char *runs, struct error *e);
void run_list_free(struct run_list *l);

/* The newest of the numbered runs. False where there is none. */
bool run_list_newest(struct run_entry *entry);

#endif
