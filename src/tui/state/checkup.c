#include "tui/state/checkup.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"

/* The paper is the facts. */
static bool look_at_runs(void *paper, struct error *e)
{
    (void)e;
    job_check_look_at_runs(paper);
    return true;
}

void checkup_begin(struct checkup *c)
{
    struct error ignored;

    c->errand = errand_start(&(struct errand_setup){ .work = look_at_runs,
                                                     .size = sizeof(struct job_facts),
                                                     .limits = { .seconds = 20 },
                                                     .subject = "runs" },
                             &ignored);
}

void checkup_close(struct checkup *c)
{
    errand_free(c->errand);
    c->errand = NULL;
}

static void take_runs(struct checkup *c)
{
    const struct job_facts *paper = c->errand ? errand_paper(c->errand) : NULL;
    struct error e;

    if (!paper || !errand_wait(c->errand, 0, &e))
        return;
    c->looked = e.kind == ERROR_NONE;
    if (c->looked) {
        text_copy(c->facts.runs, sizeof c->facts.runs, paper->runs);
        c->facts.room = paper->room;
    }
    checkup_close(c);
}

void checkup_take(struct checkup *c, const struct job_facts *facts)
{
    unsigned there = 0;

    take_runs(c);
    struct job_facts all = *facts;
    memcpy(all.runs, c->facts.runs, sizeof all.runs);
    all.room = c->facts.room;
    c->facts = all;
    c->count = job_check_look(&c->facts, c->findings);
    for (int i = 0; i < c->count; i++)
        there |= 1U << c->findings[i].check;
    c->told &= there;
    if (!(there & 1U << JOB_CHECK_gpu_idle))
        c->told_idle = 0;
}

const struct job_finding *checkup_news(struct checkup *c)
{
    const double again = 2;

    for (int i = 0; i < c->count; i++) {
        const struct job_finding *f = &c->findings[i];
        bool longer = f->check == JOB_CHECK_gpu_idle && c->facts.gpu_idle >= again * c->told_idle;

        if (c->told & 1U << f->check && !longer)
            continue;
        c->told |= 1U << f->check;
        if (f->check == JOB_CHECK_gpu_idle)
            c->told_idle = c->facts.gpu_idle;
        return f;
    }
    return NULL;
}
