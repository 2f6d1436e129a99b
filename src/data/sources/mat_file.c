#include "data/sources/mat_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"

enum { HEADER = 128, BLOCK = 1 << 15, NAME_MOST = 64, ARRAYS_MOST = 64 };

/* Types of elements in the file, and classes of arrays, by MATLAB's numbers. */
enum { TYPE_INT8 = 1, TYPE_INT32 = 5, TYPE_UINT32 = 6, TYPE_MATRIX = 14, TYPE_COMPRESSED = 15 };
enum { CLASS_DOUBLE = 6, CLASS_UINT8 = 9, CLASS_UINT64 = 15 };

/* 'u', 'i' or 'f', and its bytes. */
static const struct {
    char kind;
    int bytes;
} types[] = {
    [1] = { 'i', 1 }, [2] = { 'u', 1 }, [3] = { 'i', 2 }, [4] = { 'u', 2 },  [5] = { 'i', 4 },
    [6] = { 'u', 4 }, [7] = { 'f', 4 }, [9] = { 'f', 8 }, [12] = { 'i', 8 }, [13] = { 'u', 8 },
};

enum { TYPES = sizeof types / sizeof *types };

/* A part of a file, as it is or inflated, that is read as a file: the cookie of one. */
struct part {
    FILE *file;
    uint32_t left; /* bytes of it in the file */
    bool packed, over;
    z_stream z;
    uint8_t block[BLOCK];
};

static bool refill(struct part *p)
{
    size_t n = fread(p->block, 1, size_min(p->left, BLOCK), p->file);

    p->left -= (uint32_t)n;
    p->z.next_in = p->block;
    p->z.avail_in = (unsigned)n;
    return n > 0;
}

static ssize_t read_packed(struct part *p, char *to, size_t size)
{
    p->z.next_out = (uint8_t *)to;
    p->z.avail_out = (unsigned)size_min(size, 1 << 30);

    const unsigned room = p->z.avail_out;

    while (!p->over && p->z.avail_out == room) {
        if (p->z.avail_in == 0 && !refill(p))
            break;
        int status = inflate(&p->z, Z_NO_FLUSH);

        p->over = status == Z_STREAM_END;
        if (status != Z_OK && status != Z_STREAM_END) {
            errno = EIO;
            return -1;
        }
    }
    return room - p->z.avail_out;
}

static ssize_t read_part(void *cookie, char *to, size_t size)
{
    struct part *p = cookie;

    if (p->packed)
        return read_packed(p, to, size);
    size_t n = fread(to, 1, size_min(size, p->left), p->file);

    p->left -= (uint32_t)n;
    return (ssize_t)n;
}

static int close_part(void *cookie)
{
    struct part *p = cookie;

    if (p->packed)
        inflateEnd(&p->z);
    fclose(p->file);
    free(p);
    return 0;
}

/* Takes the file, which is at the part's beginning. */
static FILE *open_part(FILE *file, uint32_t size, bool packed, struct error *e)
{
    static const cookie_io_functions_t functions = { .read = read_part, .close = close_part };
    struct part *p = memory_new(1, sizeof *p, e);
    FILE *opened = NULL;

    if (!p) {
        fclose(file);
        return NULL;
    }
    p->file = file;
    p->left = size;
    p->packed = packed && inflateInit(&p->z) == Z_OK;
    if (p->packed == packed)
        opened = fopencookie(p, "r", functions);
    if (!opened) {
        close_part(p);
        error_set(e, ERROR_MEMORY, "not enough memory to read MATLAB's files");
    }
    return opened;
}

static uint32_t number(const uint8_t bytes[4], bool swapped)
{
    const uint32_t n =
        (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;

    return swapped ? __builtin_bswap32(n) : n;
}

/* What begins an element. A small one has its data, four bytes at most, in the place of its size. */
struct tag {
    uint32_t type, size;
    uint8_t small[4];
    bool is_small;
};

static bool read_tag(FILE *in, bool swapped, struct tag *out)
{
    uint8_t bytes[8];

    if (fread(bytes, 1, sizeof bytes, in) != sizeof bytes)
        return false;
    const uint32_t type = number(bytes, swapped);

    *out = (struct tag){ .type = type & 0xFFFF, .size = type >> 16, .is_small = type >> 16 != 0 };
    memcpy(out->small, bytes + 4, 4);
    if (!out->is_small)
        out->size = number(bytes + 4, swapped);
    return !out->is_small || out->size <= 4;
}

/* The data of an element of at most `most` bytes, and what fills up its place. */
static bool read_small(FILE *in, const struct tag *tag, uint8_t *to, size_t most)
{
    uint8_t rest[8];
    const size_t fill = (8 - tag->size % 8) % 8;

    if (tag->size > most)
        return false;
    if (tag->is_small) {
        memcpy(to, tag->small, tag->size);
        return true;
    }
    return fread(to, 1, tag->size, in) == tag->size && fread(rest, 1, fill, in) == fill;
}

/* Flags, sizes, name, and the tag of the elements. False: it is no array that is read. */
static bool read_array(FILE *in, bool swapped, char name[NAME_MOST], struct mat_array *out, uint64_t *bytes)
{
    uint8_t flags[8], sizes[4 * MAT_RANK_MAX];
    struct tag tag;

    *out = (struct mat_array){ .swapped = swapped, .count = 1 };
    memset(name, 0, NAME_MOST);
    if (!read_tag(in, swapped, &tag) || tag.type != TYPE_MATRIX || !read_tag(in, swapped, &tag) ||
        tag.type != TYPE_UINT32 || tag.size != sizeof flags || !read_small(in, &tag, flags, sizeof flags) ||
        !read_tag(in, swapped, &tag) || tag.type != TYPE_INT32 || tag.size % 4 != 0 ||
        !read_small(in, &tag, sizes, sizeof sizes))
        return false;
    out->rank = (int)tag.size / 4;
    for (int i = 0; i < out->rank; i++) {
        out->size[i] = number(sizes + 4 * i, swapped);
        if (__builtin_mul_overflow(out->count, out->size[i], &out->count))
            return false;
    }
    if (!read_tag(in, swapped, &tag) || tag.type != TYPE_INT8 ||
        !read_small(in, &tag, (uint8_t *)name, NAME_MOST - 1) || !read_tag(in, swapped, &tag))
        return false;

    const uint32_t class = number(flags, swapped) & 0xFF;

    out->type = (int)tag.type;
    out->bytes = class == CLASS_UINT8 && out->type == 2;
    *bytes = tag.size;
    /* Few elements may stand in their tag; a data set has more. */
    return !tag.is_small && out->rank >= 2 && class >= CLASS_DOUBLE && class <= CLASS_UINT64 && out->type < TYPES &&
           types[out->type].bytes > 0;
}

static FILE *open_file(const char *path, bool *swapped, struct error *e)
{
    static const char newer[] = "MATLAB 7.3";
    FILE *file = file_open_stream(path);
    char header[HEADER];

    if (!file) {
        error_set_errno(e, "cannot read %s", path);
        return NULL;
    }
    bool whole = fread(header, 1, sizeof header, file) == sizeof header;

    if (whole && memcmp(header, newer, sizeof newer - 1) == 0)
        error_set(e, ERROR_INPUT, "%s is of MATLAB's version 7.3, which is not read; please save it with -v7", path);
    else if (!whole || (memcmp(header + 126, "IM", 2) != 0 && memcmp(header + 126, "MI", 2) != 0))
        error_set(e, ERROR_INPUT, "%s is no file of MATLAB's level 5", path);
    else {
        *swapped = header[126] == 'M';
        return file;
    }
    fclose(file);
    return NULL;
}

/* Opens what begins at `at`. *next: where the next begins; 0: this is the end, or is damaged. */
static FILE *open_element(const char *path, long at, long *next, bool *swapped, struct error *e)
{
    FILE *file = open_file(path, swapped, e);
    struct tag tag;

    *next = 0;
    if (!file)
        return NULL;
    if (fseek(file, at, SEEK_SET) != 0 || !read_tag(file, *swapped, &tag) || tag.is_small || tag.size == 0) {
        fclose(file);
        error_set(e, ERROR_NONE, "it has no more");
        return NULL;
    }
    *next = at + 8 + (long)tag.size;
    if (tag.type == TYPE_COMPRESSED)
        return open_part(file, tag.size, true, e);
    if (fseek(file, at, SEEK_SET) == 0)
        return open_part(file, tag.size + (tag.size <= UINT32_MAX - 8 ? 8 : 0), false, e);
    fclose(file);
    error_set_errno(e, "cannot read %s", path);
    return NULL;
}

FILE *mat_file_open(const char *path, const char *name, struct mat_array *out, struct error *e)
{
    long at = HEADER, next;
    bool swapped;
    FILE *in;

    e->kind = ERROR_NONE;
    for (int i = 0; i < ARRAYS_MOST && (in = open_element(path, at, &next, &swapped, e)); i++, at = next) {
        char found[NAME_MOST];
        uint64_t bytes;
        bool is_array = read_array(in, swapped, found, out, &bytes), named = strcmp(found, name) == 0;

        if (named && is_array && bytes == out->count * (uint64_t)types[out->type].bytes)
            return in;
        fclose(in);
        if (named) {
            error_set(e, ERROR_INPUT, "%s: %s is no plain array of numbers, or is damaged", path, name);
            return NULL;
        }
    }
    if (e->kind == ERROR_NONE)
        error_set(e, ERROR_INPUT, "%s has no array %s", path, name);
    return NULL;
}

bool mat_file_number(FILE *in, const struct mat_array *array, double *out)
{
    const int size = types[array->type].bytes;
    uint8_t bytes[8];
    uint64_t bits = 0;
    float single;

    if (fread(bytes, 1, (size_t)size, in) != (size_t)size)
        return false;
    for (int i = 0; i < size; i++)
        bits = bits << 8 | bytes[array->swapped ? i : size - 1 - i];
    if (types[array->type].kind == 'u')
        *out = (double)bits;
    else if (types[array->type].kind == 'i')
        *out = (double)((int64_t)(bits << (64 - 8 * size)) >> (64 - 8 * size));
    else if (size == 8)
        memcpy(out, &bits, sizeof bits);
    else {
        const uint32_t low = (uint32_t)bits;

        memcpy(&single, &low, sizeof low);
        *out = (double)single;
    }
    return true;
}
