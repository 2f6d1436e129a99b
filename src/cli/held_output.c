#include "cli/held_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool held_output_open(struct held_output *h, const char *label, struct error *e)
{
    *h = (struct held_output){ .label = label };
    return pipe2(h->ends, O_CLOEXEC) == 0 || error_set_errno(e, "cannot make a pipe");
}

void held_output_take(struct held_output *h)
{
    dup2(h->ends[1], STDOUT_FILENO);
    dup2(h->ends[1], STDERR_FILENO);
    close(h->ends[0]);
    close(h->ends[1]);
}

void held_output_leave(struct held_output *h)
{
    close(h->ends[1]);
    h->ends[1] = 0;
    fcntl(h->ends[0], F_SETFL, O_NONBLOCK);
}

int held_output_descriptor(const struct held_output *h)
{
    return h->ends[0] > 0 ? h->ends[0] : -1;
}

static void print(struct held_output *h)
{
    printf("%s | %.*s\n", h->label, (int)h->used, h->line);
    h->used = 0;
}

void held_output_pass(struct held_output *h)
{
    char bytes[4096];
    ssize_t count = -1;

    while (h->ends[0] > 0 && (count = read(h->ends[0], bytes, sizeof bytes)) != 0) {
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            break;
        for (ssize_t i = 0; i < count; i++) {
            if (bytes[i] == '\n' || h->used == sizeof h->line)
                print(h);
            if (bytes[i] != '\n')
                h->line[h->used++] = bytes[i];
        }
    }
    fflush(stdout);
    if (h->ends[0] > 0 && count == 0) {
        close(h->ends[0]);
        h->ends[0] = 0;
    }
}

void held_output_close(struct held_output *h)
{
    if (h->ends[0] == 0)
        return;
    held_output_pass(h);
    if (h->used > 0)
        print(h);
    if (h->ends[0] > 0)
        close(h->ends[0]);
    h->ends[0] = 0;
}
