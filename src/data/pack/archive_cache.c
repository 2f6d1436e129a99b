#include "data/pack/archive_cache.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"

bool archive_cache_path(const char *archive, char out[PATH_SIZE], struct error *e)
{
    char folder[PATH_SIZE], whole[PATH_MAX], name[NAME_MAX + 1], data_set[64];
    struct stat status;

    if (!realpath(archive, whole) || stat(archive, &status) != 0)
        return error_set_errno(e, "cannot read %s", archive);
    const int64_t what[] = { status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec };
    const uint64_t hash = hash_bytes(what, sizeof what, hash_bytes(whole, strlen(whole), 0));

    source_name(data_set, sizeof data_set, archive);
    snprintf(name, sizeof name, "archives/%s-%016llx.h5", data_set, (unsigned long long)hash);
    return path_cache(folder, e) && path_join(out, folder, name, e);
}

bool archive_cache_is_missing(const char *path)
{
    char packed[PATH_SIZE];
    struct error ignored;

    return pack_archive_is(path) && archive_cache_path(path, packed, &ignored) && !path_is_file(packed);
}

bool archive_cache_make(const char *archive, const struct pack_watch *watch, struct pack_report *report,
                        struct error *e)
{
    const struct pack_options o = { .as = PACK_JPEG, .quality = PACK_QUALITY_USUAL };
    char packed[PATH_SIZE], folder[PATH_SIZE];

    if (!archive_cache_path(archive, packed, e))
        return false;
    snprintf(folder, sizeof folder, "%.*s", (int)(path_name(packed) - packed - 1), packed);
    return path_make_folders(folder, e) && pack_archive_write(archive, &o, packed, watch, report, e);
}
