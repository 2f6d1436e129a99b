#include "host/task.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"

static int variable(const char *name, int otherwise)
{
    const int most = 1 << 24;
    const char *text = getenv(name);
    int64_t value;

    return text && text_to_int64(text, &value) && value >= 0 && value <= most ? (int)value : otherwise;
}

struct task task_read(void)
{
    int number = variable("SLURM_PROCID", 0);
    int count = variable("SLURM_STEP_NUM_TASKS", variable("SLURM_NTASKS", 1));

    return (struct task){ .number = number, .count = int_max(count, number + 1) };
}
