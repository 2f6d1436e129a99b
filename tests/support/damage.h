/* Files with bytes that have changed, as disks and strangers change them. */
#ifndef TESTS_DAMAGE_H
#define TESTS_DAMAGE_H

#include <stdint.h>

/* Copies a file of at most 64 kB, with one to six bytes changed, most of them where it is not zero: the same ones for
 * the same size and seed. */
void damage_file(const char *from, const char *to, uint64_t seed);

#endif
