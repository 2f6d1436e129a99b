/* What an arm64's cores are called. Its kernel tells numbers in /proc/cpuinfo, where that of an x86 tells a name. */
#ifndef HOST_ARM_CORE_H
#define HOST_ARM_CORE_H

#include <stdbool.h>

/* As the register MIDR_EL1 has them; all 0 before anything is read. */
struct arm_core {
    unsigned implementer, part;
};

/* Takes what a line of /proc/cpuinfo says. True when both are known, and arm_core_name() says more than "". */
bool arm_core_reads(struct arm_core *core, const char *line);

/* "Arm Neoverse V2"; "" for cores that are not in the table. */
const char *arm_core_name(const struct arm_core *core);

#endif
