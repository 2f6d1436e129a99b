#include "cli/pack_print.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/interrupt.h"

enum { SHOWN_MOST = 20 };

struct pack_print pack_print_begin(const struct pack_report *report)
{
    return (struct pack_print){ .line = progress_begin(true), .report = report, .start = clock_seconds() };
}

void pack_print_end(struct pack_print *p)
{
    progress_clear(&p->line);
}

/* On standard error, as the rest of the progress. */
static void tell_beginning(struct pack_print *p, const struct pack_progress *progress)
{
    if (progress->resumed > 0)
        fprintf(stderr, "going on after %u images that an earlier import has done\n", progress->resumed);
    else if (p->report->started_over)
        fprintf(stderr, "what an unfinished import of other images, or made otherwise, had left is removed\n");
    p->begun = true;
}

static void show(struct pack_print *p, const struct pack_progress *progress)
{
    const uint32_t made = progress->done - progress->resumed;
    const double seconds = clock_seconds() - p->start;
    char rate[16], left[16];

    text_count(rate, sizeof rate, (uint64_t)(made / seconds));
    text_duration(left, sizeof left,
                  progress->all && made ? seconds / made * (progress->all - progress->done)
                  : progress->part > 0  ? seconds / progress->part * (1 - progress->part)
                                        : -1);
    progress_add(&p->line, progress->finishing ? "finishing %3.0f%%" : "packing %3.0f%%", 100 * progress->part);
    if (progress->all > 0)
        progress_add(&p->line, "%u of %u images", progress->done, progress->all);
    else
        progress_add(&p->line, "%u images", progress->done);
    progress_add(&p->line, "%s images/s", rate);
    progress_add(&p->line, "%s left", left);
    progress_show(&p->line);
}

bool pack_print_tell(void *context, const struct pack_progress *progress)
{
    struct pack_print *p = context;

    if (!p->begun)
        tell_beginning(p, progress);
    if (progress_due(&p->line))
        show(p, progress);
    return !interrupt_came();
}

static const char *const fate_words[PACK_FATES] = {
    [PACK_BROKEN] = "broken", [PACK_EMPTY] = "empty", [PACK_DUPLICATE] = "there twice"
};

void pack_print_skipped(const struct pack_report *r)
{
    const uint32_t all = pack_report_skipped(r);
    const int shown = r->listed < SHOWN_MOST ? r->listed : SHOWN_MOST;
    char name[sizeof r->skipped->name], why[sizeof r->skipped->why];

    if (all == 0)
        return;
    printf("\n%u images are left out: %u broken, %u empty, %u there twice\n", all, r->found[PACK_BROKEN],
           r->found[PACK_EMPTY], r->found[PACK_DUPLICATE]);
    for (int i = 0; i < shown; i++) {
        const struct pack_skipped *s = &r->skipped[i];

        text_sanitise(name, sizeof name, s->name);
        text_sanitise(why, sizeof why, s->why);
        printf("  %-11s  %s%s%s\n", fate_words[s->fate], name,
               s->fate == PACK_DUPLICATE ? " is the same as "
               : why[0]                  ? ": "
                                         : "",
               why);
    }
    if (all > (uint32_t)shown)
        printf("  … and %u more\n", all - (uint32_t)shown);
}
