/* Archives of photographs, which are packed before they are read (archive_cache.h). It lies here, not in data/sources,
 * as it needs both. */
#include "data/pack/archive_cache.h"
#include "data/sources/source_packed.h"

static struct source *archive_open_packed(const char *path, const struct source_wish *wish, struct error *e)
{
    char packed[PATH_SIZE], name[sizeof((struct dataset_info *)0)->name];

    source_name(name, sizeof name, path);
    if (!archive_cache_path(path, packed, e))
        return NULL;
    if (path_is_file(packed))
        return source_packed_open_as(packed, name, source_archive.name, wish, e);
    error_set(e, ERROR_INPUT, "%s is an archive that was not packed yet: run cuvette data info %.200s", path, path);
    return NULL;
}

static const char *const suffixes[] = PACK_ARCHIVE_SUFFIXES;

SOURCE_CLASS(archive) = {
    .name = "archive",
    .help = "a tar or zip file of such folders of images",
    .suffixes = suffixes,
    .accepts = pack_archive_is,
    .open = archive_open_packed,
};
