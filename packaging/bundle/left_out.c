/* What libarchive can write and cuvette never does: its writer of ZIP files names all others, and this one would bring
 * libxml2 and ICU along, which are larger than all else. Linked in before the library, so that its own is not taken. */
#include <archive.h>
#include <errno.h>

int archive_write_set_format_xar(struct archive *a)
{
    archive_set_error(a, ENOTSUP, "this program writes no xar archives");
    return ARCHIVE_FATAL;
}
