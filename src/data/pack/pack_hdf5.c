#include "data/pack/pack_hdf5.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hdf5.h>

#include "base/file.h"
#include "base/hdf5.h"
#include "base/limits.h"
#include "base/memory.h"
#include "data/pack/pack_chunks.h"

enum { TABLE_CHUNK = 64 << 10, COPIED_AT_ONCE = 1 << 20, NOTES = 1 << 14 };

struct writing {
    const struct pack_parts *parts;
    const char *path; /* for errors */
    int bytes;
    hid_t file;
};

static bool cannot_write(const struct writing *w, struct error *e)
{
    return hdf5_error(e, ERROR_IO, "cannot write %s", w->path);
}

/* Data of PACK_ALIGNED bytes or more begins at a multiple of them, and all that the library notes of the first data
 * sets has room in one block before them: so it is known where the images will be. Without time stamps, which would
 * make every file differ. */
static hid_t create_file(const char *index, const char *preface, bool in_memory)
{
    hid_t creation = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);

    H5Pset_obj_track_times(creation, false);
    if (preface)
        H5Pset_userblock(creation, PACK_PREFACE);
    H5Pset_alignment(access, PACK_ALIGNED, PACK_ALIGNED);
    H5Pset_meta_block_size(access, NOTES);
    H5Pset_small_data_block_size(access, 0);
    if (in_memory)
        H5Pset_fapl_core(access, NOTES, false);
    hid_t file = H5Fcreate(index, H5F_ACC_TRUNC, creation, access);

    H5Pclose(access);
    H5Pclose(creation);
    return file;
}

static hid_t text_type(size_t size)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, size);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

/* H5Tclose() it. With the lock held, as naming one of HDF5's types calls the library. */
static hid_t type_of(const struct pack_part *part, bool stored)
{
    switch (part->type) {
    case PACK_SIZES:
        return H5Tcopy(stored ? H5T_STD_U32LE : H5T_NATIVE_UINT32);
    case PACK_PLACES:
        return H5Tcopy(stored ? H5T_STD_U64LE : H5T_NATIVE_UINT64);
    case PACK_LABELS:
        return H5Tcopy(stored ? H5T_STD_I64LE : H5T_NATIVE_INT32);
    case PACK_TEXTS:
        return text_type(part->text);
    case PACK_BYTES:
        break;
    }
    return H5Tcopy(stored ? H5T_STD_U8LE : H5T_NATIVE_UINT8);
}

static void set_chunks(hid_t creation, const struct pack_part *part)
{
    hsize_t chunk[PACK_RANK_MOST];

    for (int i = 0; i < part->rank; i++)
        chunk[i] = part->size[i];
    if (chunk[0] == 0)
        return;
    chunk[0] = size_min(chunk[0], part->rows ? part->rows : TABLE_CHUNK);
    H5Pset_chunk(creation, part->rank, chunk);
    H5Pset_shuffle(creation);
    H5Pset_deflate(creation, PACK_GZIP_LEVEL);
}

static hid_t create_part(const struct writing *w, const struct pack_part *part)
{
    hsize_t size[PACK_RANK_MOST];
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE), type = type_of(part, true);

    for (int i = 0; i < part->rank; i++)
        size[i] = part->size[i];
    hid_t space = H5Screate_simple(part->rank, size, NULL);

    H5Pset_obj_track_times(creation, false);
    H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
    if (part->values || part->rows)
        set_chunks(creation, part);
    else
        H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
    hid_t dataset = H5Dcreate2(w->file, part->name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);

    H5Sclose(space);
    H5Tclose(type);
    H5Pclose(creation);
    return dataset;
}

static bool write_values(const struct writing *w, const struct pack_part *part, hid_t dataset, struct error *e)
{
    hid_t type = type_of(part, false);
    bool written = H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, part->values) >= 0 || cannot_write(w, e);

    H5Tclose(type);
    return written;
}

/* The images lie where they were written: else this library lays files out as no other does. */
static bool check_place(const struct writing *w, const struct pack_part *part, hid_t dataset, struct error *e)
{
    return pack_part_elements(part) == 0 || H5Dget_offset(dataset) == part->at ||
           error_set(e, ERROR_IO, "cannot write %s: this HDF5 library puts %s at %llu, not at %llu", w->path,
                     part->name, (unsigned long long)H5Dget_offset(dataset), (unsigned long long)part->at);
}

/* What is written is flushed before anything is closed: a write that fails only at the close leaves the library
 * broken. */
static bool write_part(const struct writing *w, const struct pack_part *part, struct error *e)
{
    hid_t dataset = create_part(w, part);
    bool written = dataset >= 0 || cannot_write(w, e);

    if (written && part->values)
        written = write_values(w, part, dataset, e);
    else if (written && part->rows > 0)
        written = pack_chunks_write(dataset, part, w->parts, w->bytes, w->path, e);
    else if (written)
        written = check_place(w, part, dataset, e);
    if (H5Fflush(w->file, H5F_SCOPE_LOCAL) < 0) {
        if (written)
            cannot_write(w, e);
        hdf5_give_up(w->file);
        written = false;
    }
    if (dataset >= 0)
        H5Dclose(dataset);
    return written;
}

static bool write_index(struct writing *w, const char *index, struct error *e)
{
    hdf5_lock();
    w->file = create_file(index, w->parts->preface, false);
    bool written = w->file >= 0 || cannot_write(w, e);

    for (int i = 0; written && i < w->parts->count; i++)
        written = write_part(w, &w->parts->part[i], e);
    if (w->file >= 0 && H5Fclose(w->file) < 0 && written)
        written = cannot_write(w, e);
    hdf5_unlock();
    return written;
}

static bool copy(int from, int to, uint64_t at, uint64_t end, const char *path, struct error *e)
{
    uint8_t *buffer = memory_new(COPIED_AT_ONCE, 1, e);
    bool copied = buffer != NULL;

    while (copied && at < end) {
        size_t n = size_min(COPIED_AT_ONCE, end - at);

        copied = (file_read_at(from, buffer, n, (off_t)at) && file_write_at(to, buffer, n, (off_t)at)) ||
                 error_set_errno(e, "cannot write %s", path);
        at += n;
    }
    free(buffer);
    return copied;
}

/* All but the images. The library uses what is left between two parts of them as well. */
static bool copy_around(const struct writing *w, int index, struct error *e)
{
    uint64_t end = 0;
    struct stat status;
    bool copied = true;

    for (int i = 0; copied && i < w->parts->count; i++) {
        const struct pack_part *part = &w->parts->part[i];

        if (part->values)
            continue;
        copied = copy(index, w->bytes, end, part->at, w->path, e);
        end = part->at + pack_part_elements(part);
    }
    if (copied && fstat(index, &status) != 0)
        copied = error_set_errno(e, "cannot write %s", w->path);
    return copied && copy(index, w->bytes, end, (uint64_t)status.st_size, w->path, e) &&
           (ftruncate(w->bytes, status.st_size) == 0 || error_set_errno(e, "cannot write %s", w->path));
}

/* HDF5 leaves the preface alone. */
static bool write_preface(const struct writing *w, int index, struct error *e)
{
    char text[PACK_PREFACE] = { 0 };

    if (!w->parts->preface)
        return true;
    strncpy(text, w->parts->preface, sizeof text - 1);
    return file_write_at(index, text, sizeof text, 0) || error_set_errno(e, "cannot write %s", w->path);
}

bool pack_hdf5_write(const char *index, const struct pack_parts *parts, int bytes, const char *path, struct error *e)
{
    struct writing w = { .parts = parts, .path = path, .bytes = bytes };

    if (!write_index(&w, index, e))
        return false;
    int descriptor = open(index, O_RDWR | O_CLOEXEC);
    bool whole = parts->part[0].rows > 0;
    bool good = descriptor >= 0 || error_set_errno(e, "cannot write %s", path);

    good = good && write_preface(&w, descriptor, e) && (whole || copy_around(&w, descriptor, e));
    if (descriptor >= 0)
        close(descriptor);
    return good;
}

uint64_t pack_hdf5_base(const char *preface, const char *path, struct error *e)
{
    const struct pack_part images = { .name = "images", .type = PACK_BYTES, .rank = 1, .size = { PACK_ALIGNED } };
    struct writing w = { .path = path };
    uint64_t base = 0;

    hdf5_lock();
    w.file = create_file(path, preface, true);
    hid_t dataset = w.file >= 0 ? create_part(&w, &images) : H5I_INVALID_HID;

    if (dataset >= 0) {
        base = H5Dget_offset(dataset);
        H5Dclose(dataset);
    }
    if (base == 0 || base == HADDR_UNDEF)
        base = cannot_write(&w, e);
    if (w.file >= 0)
        H5Fclose(w.file);
    hdf5_unlock();
    return base;
}
