#include "data/pack/archive_images.h"

#include <string.h>
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/archive_open.h"
#include "base/text.h"
#include "data/images/decoder.h"

/* Images hardly become smaller in an archive, but what lies beside them may. */
enum { RATIO_MOST = 200, SMALL = 1 << 26, PIECE = 1 << 16 };

bool archive_images_open(struct archive_images *a, const char *path, struct error *e)
{
    struct stat status;

    *a = (struct archive_images){ .path = path };
    if (stat(path, &status) != 0)
        return error_set_errno(e, "cannot read %s", path);
    a->size = (uint64_t)status.st_size;
    a->archive = archive_open(path, e);
    return a->archive != NULL;
}

void archive_images_close(struct archive_images *a)
{
    if (a->archive)
        archive_read_free(a->archive);
    a->archive = NULL;
}

double archive_images_part(const struct archive_images *a)
{
    return a->size ? (double)archive_filter_bytes(a->archive, -1) / (double)a->size : 0;
}

static bool damaged(const struct archive_images *a, struct error *e)
{
    const char *why = archive_error_string(a->archive);

    return error_set(e, ERROR_INPUT, "%s is damaged: %s", a->path, why ? why : "it is cut short");
}

/* Some archives never end. */
static bool check_size(const struct archive_images *a, struct error *e)
{
    const uint64_t stream = (uint64_t)archive_filter_bytes(a->archive, 0);
    const uint64_t unpacked = stream > a->unpacked ? stream : a->unpacked;

    return unpacked <= SMALL || unpacked / RATIO_MOST <= a->size ||
           error_set(e, ERROR_INPUT, "%s unpacks to more than %d times its size: it is damaged, or made to do harm",
                     a->path, RATIO_MOST);
}

/* The entry's bytes, appended to `to`; NULL: they are passed over, but counted. *fits: they are no more than an image
 * may have; what is more is passed over. */
static bool read_entry(struct archive_images *a, struct encoded_bytes *to, bool *fits, struct error *e)
{
    const size_t before = to ? to->size : 0;
    uint8_t piece[PIECE];
    la_ssize_t n;

    *fits = true;
    while ((n = archive_read_data(a->archive, piece, sizeof piece)) > 0) {
        a->unpacked += (uint64_t)n;
        if (!check_size(a, e))
            return false;
        *fits = *fits && (!to || to->size - before + (size_t)n <= ENCODED_BYTES_MOST);
        if (to && *fits && !encoded_append(to, piece, (size_t)n, e))
            return false;
    }
    if (to && !*fits)
        to->size = before;
    return n == 0 || damaged(a, e);
}

/* Is any of the folders in the name "..", or hidden, or the name empty? */
static bool leads_out(const char *name)
{
    return name[0] == '/' || strcmp(name, "..") == 0 || strncmp(name, "../", 3) == 0 || strstr(name, "/../") ||
           strchr(name, '\\');
}

static bool is_hidden(const char *name)
{
    return name[0] == '.' || strstr(name, "/.");
}

/* "./photos/a.jpg" -> "photos/a.jpg" */
static const char *plain(const char *name)
{
    while (strncmp(name, "./", 2) == 0)
        name += 2;
    return name;
}

/* An image by its name, to be taken or told of. */
static bool is_wanted(struct archive_entry *entry, struct archive_image *out)
{
    const char *found = archive_entry_pathname(entry);
    const mode_t kind = archive_entry_filetype(entry);

    out->problem = NULL;
    if (!found || kind == AE_IFDIR || !decoder_is_image(found))
        return false;
    const char *name = plain(found);
    const bool whole = text_copy(out->name, sizeof out->name, name);

    if (leads_out(name))
        out->problem = "its name leads out of the archive";
    else if (!whole)
        out->problem = "its name is too long";
    else if (is_hidden(name))
        return false;
    else if (archive_entry_hardlink(entry) || archive_entry_symlink(entry))
        out->problem = "it is a link, and links are not followed";
    else if (kind != AE_IFREG)
        out->problem = "it is no file";
    return true;
}

bool archive_images_next(struct archive_images *a, struct archive_image *out, struct encoded_bytes *to, bool *ended,
                         struct error *e)
{
    struct archive_entry *entry;
    int status = ARCHIVE_EOF;

    *ended = false;
    while (!a->ended &&
           ((status = archive_read_next_header(a->archive, &entry)) == ARCHIVE_OK || status == ARCHIVE_WARN)) {
        const bool wanted = is_wanted(entry, out), read = wanted && !out->problem;
        bool fits;

        if (!check_size(a, e) || !read_entry(a, read ? to : NULL, &fits, e))
            return false;
        if (wanted && !fits)
            out->problem = "it is too large for an image";
        if (wanted)
            return true;
    }
    *ended = a->ended = status == ARCHIVE_EOF;
    return *ended || damaged(a, e);
}
