/* Which variant of the kernels runs: the widest vector unit that the processor has, or the one that CUVETTE_CPU names.
 */
#ifndef CPU_VARIANT_H
#define CPU_VARIANT_H

#include "base/error.h"
#include "kernels/kernels.h"

/* How many variants this program has, the preferred first. */
int variant_count(void);
const char *variant_name(int index); /* "avx512", "avx2", "portable" */
bool variant_supported(int index);   /* by this processor */

bool variant_forced(void); /* by CUVETTE_CPU */

/* NULL when CUVETTE_CPU names none, or one that this processor cannot run. */
const struct kernel_set *variant_choose(struct error *e);

#endif
