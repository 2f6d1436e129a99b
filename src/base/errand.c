#include "base/errand.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/chore.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

struct errand {
    struct chore *chore;
    bool (*work)(void *paper, struct error *e);
    void *paper; /* of `size` bytes, and behind them whether a process has begun on it */
    size_t asked_size, size;
    struct guard_limits limits;
    char subject[PATH_SIZE];
};

static void destroy(void *errand)
{
    struct errand *r = errand;

    if (r->paper != MAP_FAILED)
        munmap(r->paper, r->size + 1);
    if (r->limits.stop > 0)
        close(r->limits.stop);
    free(r);
}

/* In the process: what an earlier one, which got nowhere, left on the paper is none of its findings. */
static bool begin_work(void *errand, struct error *e)
{
    const struct errand *r = errand;
    unsigned char *paper = r->paper;

    if (paper[r->size])
        memset(paper + r->asked_size, 0, r->size - r->asked_size);
    paper[r->size] = true;
    return r->work(paper, e);
}

static bool go(struct chore *c, void *errand, struct error *e)
{
    const struct errand *r = errand;
    (void)c;

    return guard_run(begin_work, errand, &r->limits, r->subject, e);
}

/* False with an error, and what there is to destroy. */
static bool prepare(struct errand *r, const struct errand_setup *setup, struct error *e)
{
    r->limits.stop = eventfd(0, EFD_CLOEXEC);
    if (r->limits.stop < 0)
        return error_set_errno(e, "cannot look at %s", setup->subject);
    r->paper = mmap(NULL, r->size + 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (r->paper == MAP_FAILED)
        return error_set_errno(e, "cannot look at %s", setup->subject);
    if (setup->asked_size > 0)
        memcpy(r->paper, setup->asked, setup->asked_size);
    return true;
}

struct errand *errand_start(const struct errand_setup *setup, struct error *e)
{
    const struct chore_setup of_chore = { .does = "looks at files", .work = go, .free = destroy,
                                          .changed = setup->ended, .context = setup->context };
    struct errand *r = memory_new(1, sizeof *r, e);

    if (!r)
        return NULL;
    r->work = setup->work;
    r->paper = MAP_FAILED;
    r->asked_size = setup->asked_size;
    r->size = setup->size;
    r->limits = setup->limits;
    text_copy(r->subject, sizeof r->subject, setup->subject);
    if (prepare(r, setup, e))
        r->chore = chore_start(&of_chore, r, e);
    if (r->chore)
        return r;
    destroy(r);
    return NULL;
}

bool errand_wait(struct errand *r, double seconds, struct error *e)
{
    return chore_wait(r->chore, seconds, e);
}

const void *errand_paper(const struct errand *r)
{
    return r->paper;
}

void errand_free(struct errand *r)
{
    ssize_t written;

    if (!r)
        return;
    do
        written = write(r->limits.stop, &(uint64_t){ 1 }, sizeof(uint64_t));
    while (written < 0 && errno == EINTR);
    chore_stop(r->chore, 0);
}
