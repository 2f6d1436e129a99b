#include "run/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/path.h"
#include "base/version.h"
#include "run/model/torch/safetensors.h"

static const char file_name[] = "checkpoint.safetensors", format[] = "cuvette checkpoint 2";

static const char *const array_names[SNAPSHOT_ARRAY_COUNT] = {
#define ARRAY(KIND, name, arena) #name,
    SNAPSHOT_ARRAYS(ARRAY)
#undef ARRAY
};

struct number {
    const char *name;
    size_t offset;
    bool whole, newer; /* newer: checkpoints of the first versions lack it, and it is 0 */
};

static const struct number numbers[] = {
#define COUNT(name) { #name, offsetof(struct snapshot, name), true },
    SNAPSHOT_COUNTS(COUNT)
#undef COUNT
    { "layout", offsetof(struct snapshot, layout), true },
#define DATA(name, words) { "data_" #name, offsetof(struct snapshot, data.name), true, true },
    FINGERPRINT_COUNTS(DATA)
    FINGERPRINT_HASHES(DATA)
#undef DATA
#define MEASURE(name) { #name, offsetof(struct snapshot, name), false },
    SNAPSHOT_MEASURES(MEASURE)
#undef MEASURE
};

enum { NUMBERS = sizeof numbers / sizeof *numbers };

static bool add_text(json_t *to, const char *name, const char *text)
{
    return json_object_set_new(to, name, json_string(text)) == 0;
}

/* Hexadecimal, which loses no bit of a double. */
static bool add_number(json_t *to, const struct number *number, const struct snapshot *s)
{
    const void *at = (const char *)s + number->offset;
    char text[40];

    if (number->whole)
        snprintf(text, sizeof text, "%" PRIu64, *(const uint64_t *)at);
    else
        snprintf(text, sizeof text, "%a", *(const double *)at);
    return add_text(to, number->name, text);
}

static json_t *make_metadata(const struct snapshot *s)
{
    json_t *metadata = json_object();
    bool whole = metadata && add_text(metadata, "format", format) && add_text(metadata, "version", CUVETTE_VERSION);

    for (int i = 0; whole && i < NUMBERS; i++)
        whole = add_number(metadata, &numbers[i], s);
    if (whole)
        return metadata;
    json_decref(metadata);
    return NULL;
}

bool checkpoint_write(const char *folder, const struct snapshot *s, const struct atomic_wish *wish, struct error *e)
{
    struct tensor tensors[SNAPSHOT_ARRAY_COUNT];
    char path[PATH_SIZE];
    int n = 0;

    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++)
        if (s->bytes[i] > 0)
            tensors[n++] = (struct tensor){ .name = array_names[i],
                                            .rank = 1,
                                            .dims = { (int64_t)(s->bytes[i] / sizeof(float)) },
                                            .values = s->array[i] };

    json_t *metadata = make_metadata(s);

    if (!metadata)
        return error_set(e, ERROR_MEMORY, "no memory for the numbers of a checkpoint");
    bool written = path_join(path, folder, file_name, e) && safetensors_write(path, tensors, n, metadata, wish, e);
    json_decref(metadata);
    return written;
}

static bool read_number(const struct safetensors *file, const struct number *number, struct snapshot *s)
{
    const char *text = safetensors_metadata(file, number->name);
    void *at = (char *)s + number->offset;
    char *end;

    if (!text || !*text)
        return !text && number->newer;
    if (number->whole)
        *(uint64_t *)at = strtoull(text, &end, 10);
    else
        *(double *)at = strtod(text, &end);
    return *end == '\0';
}

static bool read_array(const struct safetensors *file, int array, struct snapshot *s, struct error *e)
{
    size_t count = safetensors_count(file, array_names[array]);

    s->bytes[array] = count * sizeof(float);
    if (count == 0)
        return true;
    s->array[array] = memory_new_aligned(count, sizeof(float), e);
    return s->array[array] && safetensors_read(file, array_names[array], s->array[array], e);
}

static bool read_all(const struct safetensors *file, const char *path, struct snapshot *s, struct error *e)
{
    const char *said = safetensors_metadata(file, "format");

    if (!said || strcmp(said, format) != 0)
        return error_set(e, ERROR_INPUT, "%s is no checkpoint that this version of cuvette can read: it says '%.40s'",
                         path, said ? said : "nothing");
    for (int i = 0; i < NUMBERS; i++)
        if (!read_number(file, &numbers[i], s))
            return error_set(e, ERROR_INPUT, "%s is damaged: its \"%s\" is missing or no number", path,
                             numbers[i].name);
    for (int i = 0; i < SNAPSHOT_ARRAY_COUNT; i++)
        if (!read_array(file, i, s, e))
            return false;
    return true;
}

bool checkpoint_read(const char *folder, struct snapshot *out, struct error *e)
{
    char path[PATH_SIZE];

    *out = (struct snapshot){ 0 };
    if (!path_join(path, folder, file_name, e))
        return false;
    if (!path_is_file(path))
        return error_set(e, ERROR_INPUT, "%s has no checkpoint to go on from", folder);

    struct safetensors *file = safetensors_open(path, e);
    bool good = file && read_all(file, path, out, e);

    safetensors_close(file);
    if (!good)
        snapshot_free(out);
    return good;
}

uint64_t checkpoint_steps(const char *folder)
{
    char path[PATH_SIZE];
    struct error ignored;
    struct safetensors *file = checkpoint_find(folder, path) ? safetensors_open(path, &ignored) : NULL;
    const char *text = file ? safetensors_metadata(file, "steps") : NULL;
    const uint64_t steps = text ? strtoull(text, NULL, 10) : 0;

    safetensors_close(file);
    return steps;
}

bool checkpoint_find(const char *folder, char path[PATH_SIZE])
{
    return path_file_in(path, folder, file_name);
}

bool checkpoint_exists(const char *folder)
{
    char path[PATH_SIZE];

    return checkpoint_find(folder, path);
}
