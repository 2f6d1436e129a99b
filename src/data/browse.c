#include "data/browse.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { SECONDS_MOST = 60 };

/* Links are asked where they lead to: this process may wait for the answer. */
static bool is_folder(const char *folder, const struct dirent *found)
{
    char path[PATH_SIZE];
    struct error ignored;

    if (found->d_type == DT_DIR)
        return true;
    return (found->d_type == DT_LNK || found->d_type == DT_UNKNOWN) &&
           path_join(path, folder, found->d_name, &ignored) && path_is_folder(path);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct browse_entry *)a)->name, ((const struct browse_entry *)b)->name);
}

static bool read_names(struct browse *b, struct error *e)
{
    DIR *stream = opendir(b->folder);
    const struct dirent *found;
    int count = 0;

    if (!stream)
        return error_set(e, ERROR_INPUT, "cannot read %s: %s", b->folder, strerror(errno));
    while (!b->more && (found = readdir(stream))) {
        bool folder = found->d_name[0] != '.' && is_folder(b->folder, found);

        if (found->d_name[0] == '.' || (!folder && !source_suffix(NULL, found->d_name)))
            continue;
        b->more = count == BROWSE_MOST;
        if (b->more)
            break;
        b->entries[count].folder = folder;
        text_copy(b->entries[count++].name, BROWSE_NAME_SIZE, found->d_name);
    }
    closedir(stream);
    qsort(b->entries, (size_t)count, sizeof *b->entries, by_name);
    atomic_store_explicit(&b->count, count, memory_order_release);
    return true;
}

static bool work(void *paper, struct error *e)
{
    struct browse *b = paper;

    if (!read_names(b, e))
        return false;
    for (int i = 0; i < atomic_load(&b->count); i++) {
        const struct source_class *class;
        char path[PATH_SIZE];

        if (path_join(path, b->folder, b->entries[i].name, e) && (class = source_class_of(path)))
            text_copy(b->entries[i].format, BROWSE_FORMAT_SIZE, class->name);
        atomic_store_explicit(&b->known, i + 1, memory_order_release);
    }
    return true;
}

struct errand *browse_start(const char *folder, struct inspect_listener listener, struct error *e)
{
    char asked[PATH_SIZE] = "";

    text_copy(asked, sizeof asked, folder);
    return inspect_errand(work, asked, sizeof asked, sizeof(struct browse), asked, SECONDS_MOST, listener, e);
}

const struct browse *browse_found(const struct errand *r)
{
    return errand_paper(r);
}
