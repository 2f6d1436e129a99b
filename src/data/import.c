#include "data/import.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

#include "base/atomic_file.h"
#include "base/hdf5.h"
#include "base/limits.h"
#include "base/memory.h"

/* Large enough to compress well, small enough that reading in random order decompresses little else. */
enum { CHUNK_BYTES = 128 << 10, LABELS_CHUNK = 64 << 10, GZIP_LEVEL = 4 };

struct importer {
    struct source *from;
    struct dataset_info info;
    uint32_t count[SPLIT_COUNT]; /* images to write */
    const char *path;            /* for errors */
    hid_t file;
    uint32_t rows;   /* images in a chunk, and in a block */
    uint32_t *index; /* [rows] */
    uint8_t *images; /* [rows][H][W][C] */
    int32_t *labels; /* [count] of the split that is being written */
    bool (*progress)(void *context, double done);
    void *context;
};

static const struct {
    const char *images, *labels;
} names[SPLIT_COUNT] = { { "x_train", "y_train" }, { "x_test", "y_test" } };

static bool cannot_write(const struct importer *i, struct error *e)
{
    return hdf5_error(e, ERROR_IO, "cannot write %s", i->path);
}

/* Call before closing anything: a write that fails only at the close leaves the library broken. */
static bool flush(const struct importer *i, bool written, struct error *e)
{
    if (H5Fflush(i->file, H5F_SCOPE_GLOBAL) >= 0)
        return written;
    if (written)
        cannot_write(i, e);
    hdf5_give_up(i->file);
    return false;
}

static bool close_dataset(const struct importer *i, hid_t dataset, bool written, struct error *e)
{
    written = flush(i, written, e);
    if (dataset >= 0)
        H5Dclose(dataset);
    return written;
}

/* A data set without time stamps, which would make every file differ; chunked and compressed unless chunk is NULL. */
static hid_t create_dataset(hid_t file, const char *name, hid_t type, int rank, const hsize_t *size,
                            const hsize_t *chunk)
{
    hid_t space = H5Screate_simple(rank, size, NULL), creation = H5Pcreate(H5P_DATASET_CREATE);

    H5Pset_obj_track_times(creation, false);
    if (chunk) {
        H5Pset_chunk(creation, rank, chunk);
        H5Pset_shuffle(creation);
        H5Pset_deflate(creation, GZIP_LEVEL);
    }
    hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Pclose(creation);
    H5Sclose(space);
    return dataset;
}

static hid_t create_images(const struct importer *i, enum split split)
{
    const hsize_t size[] = { i->count[split], (hsize_t)i->info.height, (hsize_t)i->info.width,
                             (hsize_t)i->info.channels };
    const hsize_t rows = uint32_min(i->rows, i->count[split]);
    const hsize_t chunk[] = { rows, size[1], size[2], size[3] };

    return create_dataset(i->file, names[split].images, H5T_STD_U8LE, 4, size, chunk);
}

/* Images first..first+count: whole chunks, so that each is compressed once. */
static bool write_block(const struct importer *i, hid_t dataset, uint32_t first, uint32_t count, struct error *e)
{
    const hsize_t start[4] = { first };
    const hsize_t size[] = { count, (hsize_t)i->info.height, (hsize_t)i->info.width, (hsize_t)i->info.channels };
    hid_t file = H5Dget_space(dataset), memory = H5Screate_simple(4, size, NULL);
    bool written = H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, size, NULL) >= 0 &&
                   H5Dwrite(dataset, H5T_NATIVE_UINT8, memory, file, H5P_DEFAULT, i->images) >= 0;

    if (!written)
        cannot_write(i, e);
    H5Sclose(file);
    H5Sclose(memory);
    return written;
}

static bool copy_block(const struct importer *i, hid_t dataset, enum split split, uint32_t first, uint32_t count,
                       struct error *e)
{
    for (uint32_t k = 0; k < count; k++)
        i->index[k] = first + k;
    if (!source_read(i->from, split, i->index, (int)count, i->images, i->labels + first, e))
        return false;
    hdf5_lock();
    bool written = write_block(i, dataset, first, count, e);
    hdf5_unlock();
    return written;
}

static bool tell_progress(const struct importer *i, enum split split, uint32_t done, struct error *e)
{
    double all = (double)i->count[SPLIT_TRAIN] + i->count[SPLIT_TEST];
    double before = split == SPLIT_TEST ? i->count[SPLIT_TRAIN] : 0;

    if (!i->progress || i->progress(i->context, (before + done) / all))
        return true;
    return error_set(e, ERROR_STOPPED, "writing %s was stopped", i->path);
}

static bool write_images(const struct importer *i, enum split split, struct error *e)
{
    hdf5_lock();
    hid_t dataset = create_images(i, split);
    bool written = dataset >= 0 || cannot_write(i, e);
    hdf5_unlock();

    for (uint32_t done = 0; written && done < i->count[split];) {
        uint32_t count = uint32_min(i->rows, i->count[split] - done);

        written = copy_block(i, dataset, split, done, count, e);
        done += count;
        written = written && tell_progress(i, split, done, e);
    }
    hdf5_lock();
    written = close_dataset(i, dataset, written, e);
    hdf5_unlock();
    return written;
}

/* Small data sets, written in one go. With the lock held: naming one of HDF5's types calls the library. */
static bool write_whole(const struct importer *i, const char *name, hid_t stored, hid_t given, hsize_t count,
                        const void *values, bool compressed, struct error *e)
{
    const hsize_t chunk = size_min(count, LABELS_CHUNK);
    hid_t dataset = create_dataset(i->file, name, stored, 1, &count, compressed ? &chunk : NULL);
    bool written =
        (dataset >= 0 && H5Dwrite(dataset, given, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0) || cannot_write(i, e);
    return close_dataset(i, dataset, written, e);
}

static bool write_labels(const struct importer *i, enum split split, struct error *e)
{
    hdf5_lock();
    bool written =
        write_whole(i, names[split].labels, H5T_STD_I64LE, H5T_NATIVE_INT32, i->count[split], i->labels, true, e);
    hdf5_unlock();
    return written;
}

static bool write_split(struct importer *i, enum split split, struct error *e)
{
    i->labels = memory_new(i->count[split], sizeof *i->labels, e);
    bool written = i->labels && write_images(i, split, e) && write_labels(i, split, e);

    free(i->labels);
    return written;
}

static bool write_class_names(const struct importer *i, struct error *e)
{
    if (!i->info.class_names)
        return true;
    hdf5_lock();
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, CLASS_NAME_SIZE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    bool written = write_whole(i, "class_names", type, type, (hsize_t)i->info.classes, i->info.class_names, false, e);
    H5Tclose(type);
    hdf5_unlock();
    return written;
}

static bool create_file(struct importer *i, const char *temporary, struct error *e)
{
    hdf5_lock();
    hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_obj_track_times(creation, false);
    i->file = H5Fcreate(temporary, H5F_ACC_TRUNC, creation, H5P_DEFAULT);
    bool created = i->file >= 0 || cannot_write(i, e);
    H5Pclose(creation);
    hdf5_unlock();
    return created;
}

static bool write_file(struct importer *i, const char *temporary, struct error *e)
{
    if (!create_file(i, temporary, e))
        return false;
    bool written = write_split(i, SPLIT_TRAIN, e) && write_split(i, SPLIT_TEST, e) && write_class_names(i, e);

    hdf5_lock();
    written = flush(i, written, e);
    if (H5Fclose(i->file) < 0 && written)
        written = cannot_write(i, e);
    hdf5_unlock();
    return written;
}

static bool make_room(struct importer *i, struct error *e)
{
    size_t size = dataset_image_bytes(&i->info);

    i->rows = (uint32_t)size_max(1, CHUNK_BYTES / size);
    i->index = memory_new(i->rows, sizeof *i->index, e);
    i->images = memory_new(i->rows, size, e);
    return i->index && i->images;
}

bool import_to_hdf5(struct source *from, const uint32_t limit[SPLIT_COUNT], const char *path,
                    bool (*progress)(void *context, double done), void *context, struct error *e)
{
    struct importer i = { .from = from, .path = path, .progress = progress, .context = context };
    struct atomic_file file;

    source_describe(from, &i.info);
    for (int split = 0; split < SPLIT_COUNT; split++)
        i.count[split] = uint32_min(i.info.count[split], limit[split] ? limit[split] : UINT32_MAX);
    if (!atomic_file_begin(&file, path, e))
        return false;
    bool written = make_room(&i, e) && write_file(&i, file.temporary, e);
    free(i.index);
    free(i.images);
    if (written)
        return atomic_file_commit(&file, e);
    atomic_file_abandon(&file);
    return false;
}
