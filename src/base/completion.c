#include "base/completion.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Names in a folder that begin with `start`, in order. */
struct candidates {
    char folder[PATH_SIZE];
    const char *start;
    int count, room;
    char **names;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add(struct candidates *c, const char *name)
{
    if (c->count == c->room) {
        int room = c->room ? 2 * c->room : 64;
        char **grown = realloc(c->names, (size_t)room * sizeof *grown);

        if (!grown)
            return false;
        c->names = grown;
        c->room = room;
    }
    c->names[c->count] = strdup(name);
    return c->names[c->count] && ++c->count;
}

static bool is_candidate(const struct candidates *c, const char *name)
{
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (name[0] == '.' && c->start[0] != '.'))
        return false;
    return strncmp(name, c->start, strlen(c->start)) == 0;
}

static void read_names(struct candidates *c)
{
    DIR *stream = opendir(c->folder);
    const struct dirent *entry;

    while (stream && (entry = readdir(stream)))
        if (is_candidate(c, entry->d_name) && !add(c, entry->d_name))
            break;
    if (stream)
        closedir(stream);
    if (c->count > 0)
        qsort(c->names, (size_t)c->count, sizeof *c->names, by_name);
}

static bool is_folder(const struct candidates *c, const char *name)
{
    char path[PATH_SIZE];
    struct error ignored;

    return path_join(path, c->folder, name, &ignored) && path_is_folder(path);
}

/* How many bytes all candidates begin with alike; no character is cut in two. */
static size_t common(const struct candidates *c)
{
    const char *first = c->names[0], *last = c->names[c->count - 1]; /* in order, so these two differ most */
    size_t n = 0;

    while (first[n] != '\0' && first[n] == last[n])
        n++;
    while (n > 0 && ((unsigned char)first[n] & 0xC0) == 0x80)
        n--;
    return n;
}

static void write_names(const struct candidates *c, struct completion *out)
{
    const size_t rest = sizeof "  and 2000000000 more";
    int i = 0;

    for (; i < c->count; i++) {
        char name[256];

        text_sanitise(name, sizeof name, c->names[i]);
        if (strlen(out->names) + strlen(name) + rest >= sizeof out->names)
            break;
        text_append(out->names, sizeof out->names, "%s%s%s", i ? "  " : "", name, is_folder(c, c->names[i]) ? "/" : "");
    }
    if (i < c->count)
        text_append(out->names, sizeof out->names, "  and %d more", c->count - i);
}

static void complete(const struct candidates *c, size_t typed_folder, struct completion *out)
{
    bool alone = c->count == 1;

    out->count = c->count;
    if (c->count == 0)
        return;
    out->text[typed_folder] = '\0';
    text_append(out->text, sizeof out->text, "%.*s%s", (int)common(c), c->names[0],
                alone && is_folder(c, c->names[0]) ? "/" : "");
    if (!alone)
        write_names(c, out);
}

/* The folder is everything up to the last slash. */
static bool find_folder(const char *typed, size_t length, char out[PATH_SIZE])
{
    char folder[PATH_SIZE];
    struct error ignored;

    if (length >= sizeof folder)
        return false;
    memcpy(folder, typed, length);
    folder[length] = '\0';
    return length == 0 ? text_copy(out, PATH_SIZE, ".") : path_typed(out, folder, &ignored);
}

struct completion completion_of_path(const char *typed)
{
    size_t folder = (size_t)(path_name(typed) - typed);
    struct candidates c = { .start = typed + folder };
    struct completion out = { .count = 0 };

    if (strcmp(typed, "~") == 0)
        return completion_of_path("~/");
    if (!text_copy(out.text, sizeof out.text, typed) || !find_folder(typed, folder, c.folder))
        return out;
    read_names(&c);
    complete(&c, folder, &out);
    for (int i = 0; i < c.count; i++)
        free(c.names[i]);
    free(c.names);
    return out;
}
