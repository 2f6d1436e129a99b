#include "base/json_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/atomic_file.h"

/* Most of what builds a value does not look whether a part of it could be made. So whoever gives Jansson its memory
 * notes when there is none, and the value that is printed next is not whole. */
static _Thread_local bool lost;

static void *give(size_t size)
{
    void *memory = malloc(size);

    lost = lost || !memory;
    return memory;
}

void json_text_prepare(void)
{
    json_set_alloc_funcs(give, free);
}

static bool is_whole(const json_t *value)
{
    bool whole = value && !lost;

    lost = false;
    return whole;
}

/* Into a buffer of the right size the library writes without allocating. */
char *json_text(const json_t *value, size_t flags)
{
    size_t size = is_whole(value) ? json_dumpb(value, NULL, 0, flags) : 0;
    char *text = size > 0 ? malloc(size + 1) : NULL;

    if (text && json_dumpb(value, text, size, flags) != size) {
        free(text);
        text = NULL;
    }
    if (text)
        text[size] = '\0';
    return text;
}

bool json_text_save(const json_t *value, size_t flags, const char *path, struct error *e)
{
    char *text = json_text(value, flags);

    if (!text)
        return error_set(e, ERROR_MEMORY, "no memory for %s", path);

    size_t length = strlen(text);
    text[length] = '\n'; /* in place of the terminator */
    bool written = atomic_file_write(path, text, length + 1, e);
    free(text);
    return written;
}
