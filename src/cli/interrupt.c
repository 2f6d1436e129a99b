#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t came;

static void take(int number)
{
    (void)number;
    came = 1;
}

void interrupt_begin(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    const struct sigaction ours = { .sa_handler = take, .sa_flags = SA_RESTART | (int)SA_RESETHAND };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction before;

        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &ours, NULL);
    }
}

bool interrupt_came(void)
{
    return came;
}
