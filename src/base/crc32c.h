/* CRC-32C (Castagnoli), the checksum of iSCSI (RFC 3720, appendix B.4) and of TensorFlow's record files. */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(const void *bytes, size_t size);

#endif
