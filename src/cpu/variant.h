/* Which variant of the kernels runs: that of the widest vector unit of this processor, or the one that the environment
 * variable CUVETTE_CPU names. */
#ifndef CPU_VARIANT_H
#define CPU_VARIANT_H

#include "base/error.h"
#include "kernels/kernels.h"

/* The variants of this program, the preferred first: index 0..variant_count()-1. */
int variant_count(void);
const char *variant_name(int index); /* "avx512", "avx2", "portable" */
bool variant_supported(int index);   /* this processor can run it */

bool variant_forced(void); /* CUVETTE_CPU is set */

/* The variant to run. NULL with ERROR_DEVICE if CUVETTE_CPU names none, or one that this processor cannot run. */
const struct kernel_set *variant_choose(struct error *e);

#endif
