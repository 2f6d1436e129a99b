#include "run/tensorboard/event_files.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "run/tensorboard/event_records.h"

#define BEGINNING "events.out.tfevents."
#define ENDING ".cuvette"

/* TensorBoard wants a number there; this one is before that of any clock. */
#define EXPORTED BEGINNING "0000000000.000000."

bool event_files_live(char out[PATH_SIZE], const char *folder, struct error *e)
{
    char node[64] = "", name[160];

    if (gethostname(node, sizeof node - 1) != 0 || node[0] == '\0')
        text_copy(node, sizeof node, "node");
    snprintf(name, sizeof name, BEGINNING "%017.6f.%s" ENDING, clock_now(), node);
    return path_join(out, folder, name, e);
}

enum { NAME_SIZE = 96 };

/* The run's folder is in it as a number, by whatever path it was found. */
static void name_export(char out[NAME_SIZE], const char *run)
{
    char whole[PATH_SIZE];
    const char *known = realpath(run, whole) ? whole : run;

    snprintf(out, NAME_SIZE, EXPORTED "%016" PRIx64 ENDING, hash_bytes(known, strlen(known), 0));
}

bool event_files_export(char out[PATH_SIZE], const char *folder, const char *run, struct error *e)
{
    char name[NAME_SIZE];

    name_export(name, run);
    return path_join(out, folder, name, e);
}

static bool is_exported(const char *name)
{
    return strncmp(name, EXPORTED, strlen(EXPORTED)) == 0;
}

static bool is_ours(const char *name)
{
    return strncmp(name, BEGINNING, strlen(BEGINNING)) == 0 && path_ends_with(name, ENDING);
}

void event_files_find(const char *folder, char name[PATH_SIZE])
{
    DIR *stream = opendir(folder);
    const struct dirent *found;

    name[0] = '\0';
    while (stream && name[0] == '\0' && (found = readdir(stream)))
        if (is_ours(found->d_name) && !is_exported(found->d_name))
            text_copy(name, PATH_SIZE, found->d_name);
    if (stream)
        closedir(stream);
}

bool event_files_of_another(const char *folder, const char *run)
{
    DIR *stream = opendir(folder);
    const struct dirent *found;
    char own[NAME_SIZE];
    bool another = false;

    name_export(own, run);
    while (stream && !another && (found = readdir(stream)))
        another = is_ours(found->d_name) && is_exported(found->d_name) && strcmp(found->d_name, own) != 0;
    if (stream)
        closedir(stream);
    return another;
}

/* Moves the records that stay to the front; returns their bytes. */
static size_t take_back(unsigned char *bytes, size_t size, uint64_t step)
{
    size_t kept = 0, record;
    bool taken_back;

    for (size_t at = 0; (record = event_records_first(bytes + at, size - at, step, &taken_back)) > 0; at += record) {
        if (taken_back)
            continue;
        memmove(bytes + kept, bytes + at, record);
        kept += record;
    }
    return kept;
}

/* All of it, for free(). A file of which a part cannot be read is not to become that part. */
static unsigned char *read_whole(const char *path, size_t *size, struct error *e)
{
    const int descriptor = file_open(path);
    unsigned char *bytes = NULL;
    struct stat status;

    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        error_set_errno(e, "cannot read %s", path);
    } else if ((bytes = memory_new((size_t)status.st_size + 1, 1, e))) {
        *size = (size_t)status.st_size;
        if (!file_read_at(descriptor, bytes, *size, 0)) {
            error_set(e, ERROR_IO, "cannot read %s: %s", path, file_reason());
            free(bytes);
            bytes = NULL;
        }
    }
    if (descriptor >= 0)
        close(descriptor);
    return bytes;
}

static bool take_back_file(const char *path, uint64_t step, struct error *e)
{
    size_t size, kept;
    unsigned char *bytes = read_whole(path, &size, e);

    if (!bytes)
        return false;
    kept = take_back(bytes, size, step);
    bool good = kept == size || atomic_file_write(path, bytes, kept, e);

    free(bytes);
    return good;
}

bool event_files_take_back(const char *folder, uint64_t step, struct error *e)
{
    DIR *stream = opendir(folder);
    const struct dirent *found;
    char path[PATH_SIZE];
    bool good = true;

    while (stream && good && (found = readdir(stream)))
        if (is_ours(found->d_name) && !is_exported(found->d_name))
            good = path_join(path, folder, found->d_name, e) && take_back_file(path, step, e);
    if (stream)
        closedir(stream);
    return good;
}

static bool remove_file(const char *folder, const char *name, struct error *e)
{
    char path[PATH_SIZE];

    if (!path_join(path, folder, name, e))
        return false;
    return unlink(path) == 0 || errno == ENOENT || error_set_errno(e, "cannot remove %s", path);
}

bool event_files_remove(const char *folder, struct error *e)
{
    DIR *stream = opendir(folder);
    const struct dirent *found;
    bool removed = true;

    while (stream && removed && (found = readdir(stream)))
        removed = !is_ours(found->d_name) || remove_file(folder, found->d_name, e);
    if (stream)
        closedir(stream);
    return removed;
}
