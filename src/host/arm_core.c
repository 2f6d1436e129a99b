#include "host/arm_core.h"

#include <stdio.h>

/* Of servers and workstations. Source: Linux's arch/arm64/include/asm/cputype.h. */
static const struct {
    struct arm_core core;
    const char *name;
} names[] = {
    { { 0x41, 0xd07 }, "Arm Cortex-A57" },
    { { 0x41, 0xd08 }, "Arm Cortex-A72" },
    { { 0x41, 0xd0b }, "Arm Cortex-A76" },
    { { 0x41, 0xd0c }, "Arm Neoverse N1" }, /* Graviton 2, Ampere Altra */
    { { 0x41, 0xd40 }, "Arm Neoverse V1" }, /* Graviton 3 */
    { { 0x41, 0xd49 }, "Arm Neoverse N2" },
    { { 0x41, 0xd4f }, "Arm Neoverse V2" }, /* Grace, Graviton 4 */
    { { 0x41, 0xd83 }, "Arm Neoverse V3AE" },
    { { 0x41, 0xd84 }, "Arm Neoverse V3" },
    { { 0x41, 0xd8e }, "Arm Neoverse N3" },
    { { 0x43, 0x0af }, "Cavium ThunderX2" },
    { { 0x46, 0x001 }, "Fujitsu A64FX" },
    { { 0x48, 0xd01 }, "HiSilicon TaiShan v110" },
    { { 0xc0, 0xac3 }, "Ampere-1" },
    { { 0xc0, 0xac4 }, "Ampere-1a" },
};

bool arm_core_reads(struct arm_core *core, const char *line)
{
    if (sscanf(line, "CPU implementer : %x", &core->implementer) != 1 &&
        sscanf(line, "CPU part : %x", &core->part) != 1)
        return false;
    return core->implementer && core->part && *arm_core_name(core);
}

const char *arm_core_name(const struct arm_core *core)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].core.implementer == core->implementer && names[i].core.part == core->part)
            return names[i].name;
    return "";
}
