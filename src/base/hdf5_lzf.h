/* h5py's filter "lzf", read only, so that its files need no plug-in. */
#ifndef BASE_HDF5_LZF_H
#define BASE_HDF5_LZF_H

/* As the HDF Group has registered it. Its third value is the size of a chunk. */
enum { HDF5_LZF_FILTER = 32000, HDF5_LZF_VALUES = 3 };

/* Tells the library of it. A hdf5_lock() is held by the caller. */
void hdf5_lzf_register(void);

#endif
