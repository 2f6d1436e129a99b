#include "cli/data_archive.h"

#include <stdio.h>

#include "cli/interrupt.h"
#include "cli/pack_print.h"
#include "data/pack/archive_cache.h"

bool data_archive_prepare(const char *name_or_path, struct error *e)
{
    char path[PATH_SIZE], packed[PATH_SIZE];
    struct error ignored;

    if (!path_typed(path, name_or_path, &ignored) || !archive_cache_is_missing(path))
        return true;
    if (!archive_cache_path(path, packed, e))
        return false;
    struct pack_report report = { .classes = 0 };
    struct pack_print print = pack_print_begin(&report);

    fprintf(stderr, "reading %s for the first time: it is packed into %s\n", path, packed);
    interrupt_begin();
    bool made = archive_cache_make(path, &(struct pack_watch){ pack_print_tell, &print }, &report, e);

    pack_print_end(&print);
    if (made && pack_report_skipped(&report) > 0)
        fprintf(stderr, "%u of its images are left out: %u broken, %u empty, %u there twice\n",
                pack_report_skipped(&report), report.found[PACK_BROKEN], report.found[PACK_EMPTY],
                report.found[PACK_DUPLICATE]);
    pack_report_free(&report);
    return made;
}
