#include "run/model/h5/hdf5_values.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/hdf5.h"
#include "base/limits.h"
#include "base/text.h"

/* An attribute is stored in its object's header, which holds 64 KiB. */
enum { ATTRIBUTE_MOST = 60000 };

/* Writes an attribute, and closes `space`. */
static bool write_attribute(hid_t at, const char *name, hid_t type, hid_t space, const void *bytes)
{
    hid_t attribute = H5Acreate2(at, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool written = attribute >= 0 && H5Awrite(attribute, type, bytes) >= 0;

    if (attribute >= 0)
        H5Aclose(attribute);
    H5Sclose(space);
    return written;
}

static hid_t fixed_text(size_t length)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, size_max(length, 1));
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

bool hdf5_values_write_text(hid_t at, const char *name, const char *text)
{
    hid_t type = fixed_text(strlen(text));
    bool written = write_attribute(at, name, type, H5Screate(H5S_SCALAR), text);

    H5Tclose(type);
    return written;
}

static hid_t variable_text(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

bool hdf5_values_write_long_text(hid_t at, const char *name, const char *text)
{
    hid_t type = variable_text();
    bool written = write_attribute(at, name, type, H5Screate(H5S_SCALAR), &text);
    H5Tclose(type);
    return written;
}

bool hdf5_values_write_integers(hid_t at, const char *name, int count, const int *values)
{
    const hsize_t size = (hsize_t)count;

    return write_attribute(at, name, H5T_NATIVE_INT, H5Screate_simple(1, &size, NULL), values);
}

bool hdf5_values_write_names(hid_t at, const char *name, int count, const char *const *names)
{
    const hsize_t size = (hsize_t)count;
    size_t longest = 1;

    if (count == 0)
        return write_attribute(at, name, H5T_IEEE_F64LE, H5Screate_simple(1, &size, NULL), names);
    for (int i = 0; i < count; i++)
        longest = size_max(longest, strlen(names[i]));
    bool fixed = (size_t)count * longest <= ATTRIBUTE_MOST;
    char *all = fixed ? calloc((size_t)count, longest) : NULL;
    if (fixed && !all)
        return false;
    for (int i = 0; fixed && i < count; i++)
        memcpy(all + (size_t)i * longest, names[i], strlen(names[i]));
    hid_t type = fixed ? fixed_text(longest) : variable_text();
    bool written = write_attribute(at, name, type, H5Screate_simple(1, &size, NULL), fixed ? (const void *)all : names);
    H5Tclose(type);
    free(all);
    return written;
}

bool hdf5_values_write_floats(hid_t at, const char *name, int rank, const int *dims, const float *values)
{
    hsize_t sizes[HDF5_RANK_MAX];

    for (int i = 0; i < rank; i++)
        sizes[i] = (hsize_t)dims[i];
    hid_t space = H5Screate_simple(rank, sizes, NULL), creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(creation, false); /* the same weights give the same file */
    hid_t dataset = H5Dcreate2(at, name, H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    bool written = dataset >= 0 && H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;

    if (dataset >= 0)
        written = H5Dclose(dataset) >= 0 && written;
    H5Pclose(creation);
    H5Sclose(space);
    return written;
}

hid_t hdf5_values_open_file(const char *path)
{
    hid_t access = hdf5_read_access(), file = H5Fopen(path, H5F_ACC_RDONLY, access);

    H5Pclose(access);
    return file;
}

hid_t hdf5_values_create_in_memory(void)
{
    const size_t increment = (size_t)1 << 20;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);

    H5Pset_fapl_core(access, increment, false);
    hid_t file = H5Fcreate("in memory", H5F_ACC_TRUNC, H5P_DEFAULT, access);
    H5Pclose(access);
    return file;
}

hid_t hdf5_values_open_bytes(void *bytes, size_t size)
{
    const size_t increment = (size_t)1 << 20;
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    bool set = H5Pset_fapl_core(access, increment, false) >= 0 && H5Pset_file_image(access, bytes, size) >= 0;
    hid_t file = set ? H5Fopen("in memory", H5F_ACC_RDONLY, access) : H5I_INVALID_HID;

    H5Pclose(access);
    return file;
}

void *hdf5_values_copy_file(hid_t file, size_t *size)
{
    ssize_t needed = H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0 ? H5Fget_file_image(file, NULL, 0) : -1;
    void *bytes = needed > 0 ? malloc((size_t)needed) : NULL;

    if (bytes && H5Fget_file_image(file, bytes, (size_t)needed) == needed) {
        *size = (size_t)needed;
        return bytes;
    }
    free(bytes);
    return NULL;
}

/* Texts of fixed length are stored one after another, padded or cut. */
static bool copy_fixed(hid_t attribute, hid_t type, char **names, int count)
{
    size_t size = H5Tget_size(type);
    char *all = calloc((size_t)count, size);
    bool read = all && H5Aread(attribute, type, all) >= 0;

    for (int i = 0; read && i < count; i++)
        read = (names[i] = strndup(all + (size_t)i * size, size));
    free(all);
    return read;
}

/* The library does not convert between character sets, and ASCII is UTF-8. */
static bool copy_variable(hid_t attribute, hid_t stored, hid_t space, char **names, int count)
{
    char **texts = calloc((size_t)count, sizeof *texts);
    hid_t type = variable_text();

    H5Tset_cset(type, H5Tget_cset(stored));
    bool read = texts && H5Aread(attribute, type, texts) >= 0, copied = read;
    for (int i = 0; copied && i < count; i++)
        copied = texts[i] && (names[i] = strdup(texts[i]));
    if (read)
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts);
    H5Tclose(type);
    free(texts);
    return copied;
}

char **hdf5_values_read_names(hid_t at, const char *name, int *count)
{
    hid_t attribute = H5Aexists(at, name) > 0 ? H5Aopen(at, name, H5P_DEFAULT) : H5I_INVALID_HID;

    *count = 0;
    if (attribute < 0)
        return NULL;
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    hssize_t points = H5Sget_simple_extent_npoints(space);
    bool text = H5Tget_class(type) == H5T_STRING && points > 0 && points <= INT_MAX;
    char **names = text ? calloc((size_t)points, sizeof *names) : NULL;

    if (names) {
        *count = (int)points;
        bool read = H5Tis_variable_str(type) > 0 ? copy_variable(attribute, type, space, names, *count)
                                                 : copy_fixed(attribute, type, names, *count);
        if (!read) {
            hdf5_values_free_names(names, *count);
            names = NULL;
            *count = 0;
        }
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return names;
}

void hdf5_values_free_names(char **names, int count)
{
    for (int i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}

bool hdf5_values_read_integers(hid_t at, const char *name, int count, int *values)
{
    hid_t attribute = H5Aexists(at, name) > 0 ? H5Aopen(at, name, H5P_DEFAULT) : H5I_INVALID_HID;

    if (attribute < 0)
        return false;
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    bool read = H5Tget_class(type) == H5T_INTEGER && H5Sget_simple_extent_npoints(space) == count &&
                H5Aread(attribute, H5T_NATIVE_INT, values) >= 0;

    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return read;
}

bool hdf5_values_read_dims(hid_t dataset, int *rank, int dims[HDF5_RANK_MAX])
{
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    hsize_t sizes[H5S_MAX_RANK];
    bool fits = H5Tget_class(type) == H5T_FLOAT && (*rank = H5Sget_simple_extent_dims(space, sizes, NULL)) >= 0 &&
                *rank <= HDF5_RANK_MAX;

    for (int i = 0; fits && i < *rank; i++) {
        fits = sizes[i] <= INT_MAX;
        dims[i] = (int)sizes[i];
    }
    H5Sclose(space);
    H5Tclose(type);
    return fits;
}

bool hdf5_values_read_floats(hid_t dataset, float *values)
{
    return H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
}

void hdf5_values_format_dims(char *out, size_t size, int rank, const int *dims)
{
    out[0] = '\0';
    for (int i = 0; i < rank; i++)
        text_append(out, size, "%s%d", i ? "x" : "", dims[i]);
}
