#include "tests/support/hdf5_parts.h"

#include "base/hdf5.h"
#include "data/sources/source_memory.h"
#include "tests/support/check.h"
#include "tests/support/data_files.h"

void hdf5_parts_make(struct made *made, int channels)
{
    size_t size = (size_t)HEIGHT * WIDTH * (size_t)channels;

    for (int split = 0; split < SPLIT_COUNT; split++)
        for (uint32_t i = 0; i < TRAIN; i++) {
            made->labels[split][i] = data_label((enum split)split, i, 10);
            for (size_t k = 0; k < size; k++)
                made->pixels[split][i * size + k] = data_pixel((enum split)split, i, k);
        }
}

static void write_part(hid_t file, const struct part *part)
{
    hid_t space = H5Screate_simple(part->rank, part->size, NULL), creation = H5Pcreate(H5P_DATASET_CREATE);

    if (part->chunk[0]) {
        H5Pset_chunk(creation, part->rank, part->chunk);
        if (part->strange)
            H5Pset_filter(creation, STRANGE_FILTER, H5Z_FLAG_MANDATORY, 0, NULL);
        else
            H5Pset_deflate(creation, 4);
    }
    hid_t dataset = H5Dcreate2(file, part->name, part->type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    assert_true(dataset >= 0);
    assert_true(H5Dwrite(dataset, part->given, H5S_ALL, H5S_ALL, H5P_DEFAULT, part->values) >= 0);
    H5Dclose(dataset);
    H5Pclose(creation);
    H5Sclose(space);
}

void hdf5_parts_write(const char *path, const struct part *parts, size_t count)
{
    hdf5_lock();
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(file >= 0);
    for (size_t i = 0; i < count; i++)
        if (parts[i].rank > 0)
            write_part(file, &parts[i]);
    H5Fclose(file);
    hdf5_unlock();
}

void hdf5_parts_good(struct part parts[PARTS], struct made *made)
{
    hdf5_parts_make(made, 1);
    parts[X_TRAIN] = (struct part){
        "x_train", H5T_STD_U8LE, H5T_NATIVE_UINT8, 3, { TRAIN, HEIGHT, WIDTH }, { 0 }, made->pixels[SPLIT_TRAIN]
    };
    parts[Y_TRAIN] =
        (struct part){ "y_train", H5T_STD_I64LE, H5T_NATIVE_INT32, 1, { TRAIN }, { 0 }, made->labels[SPLIT_TRAIN] };
    parts[X_TEST] = (struct part){
        "x_test", H5T_STD_U8LE, H5T_NATIVE_UINT8, 3, { TEST, HEIGHT, WIDTH }, { 0 }, made->pixels[SPLIT_TEST]
    };
    parts[Y_TEST] =
        (struct part){ "y_test", H5T_STD_I64LE, H5T_NATIVE_INT32, 1, { TEST }, { 0 }, made->labels[SPLIT_TEST] };
    parts[NAMES] = (struct part){ .rank = 0 };
}

struct source *hdf5_parts_open(const char *path)
{
    struct error e = { 0 };
    struct source *s = source_open(path, NULL, &e);

    if (!s)
        fail_msg("%s", e.text);
    return s;
}

void hdf5_parts_refused(const char *path, const char *words)
{
    struct error e = { 0 };
    struct source *s = source_open(path, NULL, &e), *loaded = s ? source_memory_load(s, NULL, NULL, &e) : NULL;

    assert_null(loaded);
    source_close(s);
    if (!strstr(e.text, words))
        fail_msg("\"%s\" does not say \"%s\"", e.text, words);
    assert_non_null(strstr(e.text, path_name(path)));
    assert_int_equal(e.kind, ERROR_INPUT);
}
