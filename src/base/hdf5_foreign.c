#include "base/hdf5_foreign.h"

#include <stdlib.h>

#include "base/hdf5.h"
#include "base/hdf5_lzf.h"
#include "base/limits.h"

/* Deflate makes a byte of at most 1,032. Below so many bytes nothing needs to be checked. */
enum { RATIO_MOST = 1100, SMALL = 1 << 26, CHUNK_MOST = 1 << 28 };

static bool leads_out(hid_t file, const char *name)
{
    H5L_info_t link;

    return H5Lget_info(file, name, &link, H5P_DEFAULT) >= 0 && link.type >= H5L_TYPE_EXTERNAL;
}

static bool check_place(hid_t creation, const char *path, const char *name, struct error *e)
{
    if (H5Pget_layout(creation) == H5D_VIRTUAL)
        return error_set(e, ERROR_INPUT,
                         "%s: %s is virtual, put together from other files; please copy it into one file", path, name);
    if (H5Pget_external_count(creation) > 0)
        return error_set(e, ERROR_INPUT, "%s: %s names another file for its numbers; please copy it into one file",
                         path, name);
    return true;
}

/* The filters that only undo what deflate, LZF, byte order and a checksum did; of others, those that the user has named
 * a folder for. */
static bool is_filter_read(H5Z_filter_t id)
{
    const char *folder = getenv("HDF5_PLUGIN_PATH");

    if (id == H5Z_FILTER_DEFLATE || id == H5Z_FILTER_SHUFFLE || id == H5Z_FILTER_FLETCHER32 || id == HDF5_LZF_FILTER)
        return H5Zfilter_avail(id) > 0;
    return id > H5Z_FILTER_RESERVED && folder && folder[0] && H5Zfilter_avail(id) > 0;
}

static bool check_filters(hid_t creation, const char *path, const char *name, struct error *e)
{
    int count = H5Pget_nfilters(creation);

    for (int i = 0; i < count; i++) {
        char filter[32] = "";
        unsigned flags, config;
        size_t values = 0;
        H5Z_filter_t id = H5Pget_filter2(creation, (unsigned)i, &flags, &values, NULL, sizeof filter, filter, &config);

        if (!is_filter_read(id))
            return error_set(e, ERROR_INPUT,
                             "%s: %s is compressed with %s, which this HDF5 library cannot read; "
                             "please write it with gzip",
                             path, name, filter[0] ? filter : "an unknown method");
    }
    return true;
}

/* Bytes of all its elements; 0 when they are not of one size. */
static uint64_t whole_bytes(hid_t dataset)
{
    hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
    hssize_t count = space >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
    size_t size = type >= 0 ? H5Tget_size(type) : 0;

    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    return count > 0 ? (uint64_t)count * size : 0;
}

/* Bytes of a chunk, unpacked; 0: it is not stored in chunks. */
static double chunk_bytes(hid_t dataset, hid_t creation)
{
    hsize_t chunk[H5S_MAX_RANK] = { 0 };
    int rank = H5Pget_layout(creation) == H5D_CHUNKED ? H5Pget_chunk(creation, H5S_MAX_RANK, chunk) : 0;
    hid_t type = H5Dget_type(dataset);
    double bytes = rank > 0 ? (double)H5Tget_size(type) : 0;

    H5Tclose(type);
    for (int i = 0; i < rank; i++)
        bytes *= (double)chunk[i];
    return bytes;
}

/* LZF unpacks to the size that the filter's values have, whatever the chunk's is. */
static bool is_unpacked_whole(hid_t creation, double bytes)
{
    unsigned flags, values[HDF5_LZF_VALUES] = { 0 };
    size_t count = HDF5_LZF_VALUES;

    return H5Pget_filter_by_id2(creation, HDF5_LZF_FILTER, &flags, &count, values, 0, NULL, NULL) < 0 ||
           (count >= HDF5_LZF_VALUES && values[2] == bytes);
}

static bool check_chunk(hid_t dataset, hid_t creation, const char *path, const char *name, struct error *e)
{
    const double bytes = chunk_bytes(dataset, creation);

    if (bytes > CHUNK_MOST)
        return error_set(e, ERROR_INPUT, "%s: %s is stored in pieces of %.1f GB; please write it in smaller chunks",
                         path, name, bytes / 1e9);
    return is_unpacked_whole(creation, bytes) ||
           error_set(e, ERROR_INPUT, "%s: the pieces of %s are not of the size that its filter lzf says", path, name);
}

static bool check_sizes(hid_t dataset, hid_t creation, const char *path, const char *name, struct error *e)
{
    uint64_t bytes = whole_bytes(dataset), there = H5Dget_storage_size(dataset);
    uint64_t most = H5Pget_nfilters(creation) > 0 && there < UINT64_MAX / RATIO_MOST ? there * RATIO_MOST : there;

    if (!check_chunk(dataset, creation, path, name, e))
        return false;
    return bytes <= SMALL || bytes <= most ||
           error_set(e, ERROR_INPUT,
                     "%s: %s announces %.1f MB, but the file has %.1f MB of it: it was never "
                     "written whole",
                     path, name, (double)bytes / 1e6, (double)there / 1e6);
}

hid_t hdf5_foreign_open(hid_t file, const char *path, const char *name, hid_t access, struct error *e)
{
    if (leads_out(file, name)) {
        error_set(e, ERROR_INPUT, "%s: %s is a link to another file; please copy it into one file", path, name);
        return H5I_INVALID_HID;
    }
    hid_t dataset = H5Dopen2(file, name, access);

    if (dataset < 0) {
        hdf5_error(e, ERROR_INPUT, "%s: %s cannot be opened as a data set", path, name);
        return H5I_INVALID_HID;
    }
    hid_t creation = H5Dget_create_plist(dataset);
    bool good = creation >= 0 ? check_place(creation, path, name, e) && check_filters(creation, path, name, e) &&
                                    check_sizes(dataset, creation, path, name, e)
                              : hdf5_error(e, ERROR_INPUT, "%s: how %s is stored cannot be read", path, name);

    if (creation >= 0)
        H5Pclose(creation);
    if (good)
        return dataset;
    H5Dclose(dataset);
    return H5I_INVALID_HID;
}
