/* MNIST's own format (Y. LeCun): a folder of four files, plain or gzip-compressed.
 *
 *     images: 0x00000803, count, height, width (big-endian), then count × height × width bytes
 *     labels: 0x00000801, count, then count bytes
 *
 * Labels are read when the source is opened. Images are read from the file in ascending order, since going back in a
 * compressed file means starting over. */
#include "data/sources/source.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/sources/index_order.h"

enum { CLASSES = 10, IMAGES_MAGIC = 0x803, LABELS_MAGIC = 0x801, IMAGES_HEADER = 16, LABELS_HEADER = 8 };

struct idx_split {
    gzFile images; /* reads plain files as well */
    char path[PATH_SIZE];
    int32_t *labels; /* [count] */
    uint32_t count;
    uint32_t height, width;
};

struct idx_source {
    struct source base;
    char name[64];
    struct idx_split split[SPLIT_COUNT];
    struct index_order order;
};

static const struct {
    const char *images, *labels;
} stems[SPLIT_COUNT] = { { "train-images", "train-labels" }, { "t10k-images", "t10k-labels" } };

/* Downloads come as "train-images-idx3-ubyte.gz", unpacked by some tools as "train-images.idx3-ubyte". */
static bool find_file(char out[PATH_SIZE], const char *folder, const char *stem, int dimensions)
{
    static const char *const forms[] = { "%s-idx%d-ubyte", "%s-idx%d-ubyte.gz", "%s.idx%d-ubyte", "%s.idx%d-ubyte.gz" };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char name[64] = "";

        text_append(name, sizeof name, forms[i], stem, dimensions);
        if (path_file_in(out, folder, name))
            return true;
    }
    return false;
}

static bool accepts(const char *path)
{
    char found[PATH_SIZE];

    for (int i = 0; i < SPLIT_COUNT; i++)
        if (find_file(found, path, stems[i].images, 3) || find_file(found, path, stems[i].labels, 1))
            return true;
    return false;
}

static bool locate(char out[PATH_SIZE], const char *folder, const char *stem, int dimensions, struct error *e)
{
    return find_file(out, folder, stem, dimensions) ||
           error_set(e, ERROR_INPUT, "%s has no %s-idx%d-ubyte or %s-idx%d-ubyte.gz", folder, stem, dimensions, stem,
                     dimensions);
}

/* True with an error when decompression failed for any reason but an early end. */
static bool is_damaged(gzFile stream, const char *path, struct error *e)
{
    int status;
    const char *reason = gzerror(stream, &status);

    if (status >= 0 || status == Z_BUF_ERROR)
        return false;
    error_set(e, ERROR_INPUT, "%s is damaged (%s)", path, reason);
    return true;
}

/* Reads `size` bytes; the error says how many whole items the file has of those that its header announces. */
static bool read_items(gzFile stream, const char *path, void *to, size_t size, const char *items, uint32_t announced,
                       size_t header, size_t item_size, struct error *e)
{
    if (gzread(stream, to, (unsigned)size) == (int)size)
        return true;
    if (is_damaged(stream, path, e))
        return false;

    size_t there = (size_t)gztell(stream);
    return error_set(e, ERROR_INPUT, "%s is cut short: it announces %u %s, and holds %zu", path, announced, items,
                     there < header ? 0 : (there - header) / item_size);
}

static bool seek_image(const struct idx_split *s, uint32_t index, size_t size, struct error *e)
{
    if (gzseek(s->images, (z_off_t)(IMAGES_HEADER + index * size), SEEK_SET) >= 0)
        return true;
    return !is_damaged(s->images, s->path, e) &&
           error_set(e, ERROR_INPUT, "%s: image %u cannot be reached", s->path, index);
}

static gzFile open_stream(const char *path, struct error *e)
{
    int descriptor = file_open(path);
    gzFile stream = descriptor >= 0 ? gzdopen(descriptor, "rb") : NULL;

    if (!stream)
        error_set_errno(e, "cannot read %s", path);
    if (!stream && descriptor >= 0)
        close(descriptor);
    return stream;
}

static uint32_t big_endian(const unsigned char *byte)
{
    return (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | byte[3];
}

static bool read_header(gzFile stream, const char *path, const char *what, uint32_t magic, uint32_t *numbers, int count,
                        struct error *e)
{
    unsigned char bytes[IMAGES_HEADER];
    int size = 4 * (1 + count);

    if (gzread(stream, bytes, (unsigned)size) != size)
        return !is_damaged(stream, path, e) && error_set(e, ERROR_INPUT, "%s is too short for an IDX file", path);
    if (big_endian(bytes) != magic)
        return error_set(e, ERROR_INPUT, "%s is not an IDX file of %s: it begins with 0x%08x, not 0x%08x", path, what,
                         (unsigned)big_endian(bytes), (unsigned)magic);
    for (int i = 0; i < count; i++)
        numbers[i] = big_endian(bytes + 4 * (i + 1));
    return true;
}

/* The size of a plain file shows whether it is whole; a compressed one shows it only when it is read. */
static bool check_size(const struct idx_split *s, struct error *e)
{
    size_t image = (size_t)s->height * s->width;
    struct stat status;

    if (!gzdirect(s->images))
        return source_can_hold(s->path, (uint64_t)image * s->count, e);
    if (stat(s->path, &status) != 0)
        return true;
    size_t there = ((size_t)status.st_size - IMAGES_HEADER) / image;
    return there >= s->count || error_set(e, ERROR_INPUT, "%s is cut short: it announces %u images, and holds %zu",
                                          s->path, s->count, there);
}

static bool open_images(struct idx_split *s, struct error *e)
{
    uint32_t numbers[3];

    s->images = open_stream(s->path, e);
    if (!s->images)
        return false;
    gzbuffer(s->images, 128 * 1024);
    if (!read_header(s->images, s->path, "images", IMAGES_MAGIC, numbers, 3, e))
        return false;
    s->count = numbers[0];
    s->height = numbers[1];
    s->width = numbers[2];
    if (s->count == 0 || s->count > INT32_MAX)
        return error_set(e, ERROR_INPUT, "%s announces %u images", s->path, s->count);
    if (s->height == 0 || s->width == 0 || s->height > SIDE_MAX || s->width > SIDE_MAX)
        return error_set(e, ERROR_INPUT, "%s announces images of %u×%u: sides of 1 to %d are possible", s->path,
                         s->height, s->width, SIDE_MAX);
    return check_size(s, e);
}

static bool read_labels(struct idx_split *s, gzFile stream, const char *path, struct error *e)
{
    unsigned char block[4096];
    uint32_t count;

    if (!read_header(stream, path, "labels", LABELS_MAGIC, &count, 1, e))
        return false;
    if (count != s->count)
        return error_set(e, ERROR_INPUT, "%s has %u images, but %s has %u labels", s->path, s->count, path, count);
    s->labels = memory_new(count, sizeof *s->labels, e);
    if (!s->labels)
        return false;
    for (uint32_t done = 0; done < count;) {
        size_t size = size_min(count - done, sizeof block);

        if (!read_items(stream, path, block, size, "labels", count, LABELS_HEADER, 1, e))
            return false;
        for (size_t i = 0; i < size; i++, done++) {
            if (block[i] >= CLASSES)
                return error_set(e, ERROR_INPUT, "%s: label %u is %d, which is not in 0…%d", path, done, block[i],
                                 CLASSES - 1);
            s->labels[done] = block[i];
        }
    }
    return true;
}

static bool open_split(struct idx_source *s, enum split which, const char *folder, struct error *e)
{
    struct idx_split *split = &s->split[which];
    char path[PATH_SIZE];

    if (!locate(split->path, folder, stems[which].images, 3, e) || !locate(path, folder, stems[which].labels, 1, e) ||
        !open_images(split, e))
        return false;

    gzFile stream = open_stream(path, e);
    if (!stream)
        return false;
    bool read = read_labels(split, stream, path, e);
    gzclose(stream);
    return read;
}

static void idx_close(struct source *source)
{
    struct idx_source *s = (struct idx_source *)source;

    for (int i = 0; i < SPLIT_COUNT; i++) {
        if (s->split[i].images)
            gzclose(s->split[i].images);
        free(s->split[i].labels);
    }
    index_order_free(&s->order);
    free(s);
}

static void idx_describe(const struct source *source, struct dataset_info *info)
{
    const struct idx_source *s = (const struct idx_source *)source;

    *info = (struct dataset_info){
        .format = source_idx.name,
        .count = { s->split[SPLIT_TRAIN].count, s->split[SPLIT_TEST].count },
        .height = (int)s->split[SPLIT_TRAIN].height,
        .width = (int)s->split[SPLIT_TRAIN].width,
        .channels = 1,
        .classes = CLASSES,
    };
    text_copy(info->name, sizeof info->name, s->name);
}

static bool idx_read(struct source *source, enum split which, const uint32_t *index, int n, uint8_t *images,
                     int32_t *labels, struct error *e)
{
    struct idx_source *s = (struct idx_source *)source;
    struct idx_split *split = &s->split[which];
    size_t size = (size_t)split->height * split->width;
    /* gzread takes an unsigned size and gives an int. */
    int limit = INT32_MAX / (int)size;

    if (!index_order_sort(&s->order, index, n, e))
        return false;
    for (int i = 0; i < n;) {
        int run = int_min(limit, index_order_run(&s->order, index, i, n));
        uint32_t first = s->order.position[i];

        if (!seek_image(split, index[first], size, e) ||
            !read_items(split->images, split->path, images + first * size, (size_t)run * size, "images", split->count,
                        IMAGES_HEADER, size, e))
            return false;
        i += run;
    }
    for (int i = 0; i < n; i++)
        labels[i] = split->labels[index[i]];
    return true;
}

static struct source *idx_open(const char *path, const struct source_wish *wish, struct error *e)
{
    (void)wish;
    static const struct source_ops ops = { .describe = idx_describe, .read = idx_read, .close = idx_close };
    struct idx_source *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    s->base.ops = &ops;
    source_name(s->name, sizeof s->name, path);

    const struct idx_split *train = &s->split[SPLIT_TRAIN], *test = &s->split[SPLIT_TEST];
    bool opened = open_split(s, SPLIT_TRAIN, path, e) && open_split(s, SPLIT_TEST, path, e);
    if (opened && (train->height != test->height || train->width != test->width))
        opened = error_set(e, ERROR_INPUT, "%s has images of %u×%u, but %s of %u×%u", train->path, train->height,
                           train->width, test->path, test->height, test->width);
    if (opened)
        return &s->base;
    idx_close(&s->base);
    return NULL;
}

SOURCE_CLASS(idx) = {
    .name = "idx",
    .help = "a folder of MNIST's four IDX files, also .gz",
    .accepts = accepts,
    .open = idx_open,
};
