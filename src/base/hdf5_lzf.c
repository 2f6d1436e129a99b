#include "base/hdf5_lzf.h"

#include <hdf5.h>

#include "base/lzf.h"

/* The size of a chunk was compared with the data set's when that was opened (base/hdf5_foreign.c): what the library
 * gets back is as large as it expects, or nothing. */
static size_t unpack(unsigned flags, size_t count, const unsigned values[], size_t bytes, size_t *size, void **buffer)
{
    void *unpacked;

    if (!(flags & H5Z_FLAG_REVERSE) || count < HDF5_LZF_VALUES || values[2] == 0)
        return 0;
    unpacked = H5allocate_memory(values[2], false);
    if (!unpacked || !lzf_unpack(*buffer, bytes, unpacked, values[2])) {
        H5free_memory(unpacked);
        return 0;
    }
    H5free_memory(*buffer);
    *buffer = unpacked;
    *size = values[2];
    return values[2];
}

void hdf5_lzf_register(void)
{
    static const H5Z_class2_t lzf = {
        .version = H5Z_CLASS_T_VERS, .id = HDF5_LZF_FILTER, .decoder_present = 1, .name = "lzf", .filter = unpack
    };

    H5Zregister(&lzf);
}
