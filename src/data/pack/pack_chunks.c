#include "data/pack/pack_chunks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "base/file.h"
#include "base/hdf5.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/team.h"

/* As many chunks as there are threads. */
struct batch {
    const struct pack_part *part;
    size_t row, chunk, room; /* bytes of an image, of a chunk, and of one that cannot be made smaller */
    uint8_t *plain;          /* [threads][chunk] */
    uint8_t *made;           /* [threads][room] */
    uLongf *sizes;           /* [threads] of what was made; 0: it failed */
    int count;
};

static void compress_one(void *context, int thread)
{
    const struct batch *b = context;

    if (thread >= b->count)
        return;
    b->sizes[thread] = b->room;
    if (compress2(b->made + (size_t)thread * b->room, &b->sizes[thread], b->plain + (size_t)thread * b->chunk, b->chunk,
                  PACK_GZIP_LEVEL) != Z_OK)
        b->sizes[thread] = 0;
}

/* The chunk that begins with image `first`; the last one is filled up with zeros. *images: how many it has. */
static bool read_chunk(const struct batch *b, int thread, uint64_t first, int from, const char *path, uint64_t *images,
                       struct error *e)
{
    uint8_t *to = b->plain + (size_t)thread * b->chunk;

    *images = size_min(b->part->rows, b->part->size[0] - first);
    memset(to + *images * b->row, 0, b->chunk - *images * b->row);
    return file_read_at(from, to, *images * b->row, (off_t)(b->part->at + first * b->row)) ||
           error_set_errno(e, "cannot read what was written of %s", path);
}

/* Chunks from image `first` on, one for each thread; *images: how many they have. */
static bool write_batch(struct batch *b, struct team *team, int threads, hid_t dataset, uint64_t first, int from,
                        const char *path, uint64_t *images, struct error *e)
{
    uint64_t more;

    *images = 0;
    for (b->count = 0; b->count < threads && first + *images < b->part->size[0]; b->count++) {
        if (!read_chunk(b, b->count, first + *images, from, path, &more, e))
            return false;
        *images += more;
    }
    team_run(team, compress_one, b);
    for (int i = 0; i < b->count; i++) {
        const hsize_t at[PACK_RANK_MOST] = { first + (uint64_t)i * b->part->rows };

        if (b->sizes[i] == 0)
            return error_set(e, ERROR_MEMORY, "not enough memory to compress %s", path);
        if (H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, at, b->sizes[i], b->made + (size_t)i * b->room) < 0)
            return hdf5_error(e, ERROR_IO, "cannot write %s", path);
    }
    return true;
}

bool pack_chunks_write(hid_t dataset, const struct pack_part *part, const struct pack_parts *parts, int bytes,
                       const char *path, struct error *e)
{
    const int threads = int_max(parts->threads, 1);
    struct batch b = { .part = part, .row = pack_part_elements(part) / part->size[0] };

    /* A chunk has no more images than there are. */
    b.chunk = size_min(part->rows, part->size[0]) * b.row;
    b.room = compressBound(b.chunk);
    b.plain = memory_new((size_t)threads, b.chunk, e);
    b.made = b.plain ? memory_new((size_t)threads, b.room, e) : NULL;
    b.sizes = b.made ? memory_new((size_t)threads, sizeof *b.sizes, e) : NULL;
    struct team *team = b.sizes ? team_new(threads, e) : NULL;
    bool written = team != NULL;

    for (uint64_t done = 0, images; written && done < part->size[0]; done += images) {
        written = write_batch(&b, team, threads, dataset, done, bytes, path, &images, e);
        if (written && parts->tell)
            written = parts->tell(parts->context, images, e);
    }
    team_free(team);
    free(b.plain);
    free(b.made);
    free(b.sizes);
    return written;
}
