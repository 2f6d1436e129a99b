#include "tui/state/exporting.h"

#include <stdlib.h>

#include "base/chore.h"
#include "base/memory.h"
#include "base/text.h"

static const double patience_seconds = 1;

struct exporting {
    struct chore *chore;
    char folder[PATH_SIZE];        /* of a run, */
    struct comparison *comparison; /* where this is NULL */
    struct comparison_choice choice;
    char into[PATH_SIZE];
    struct export_wish wish;
    struct export_files files;
};

static void free_exporting(void *exporting)
{
    comparison_free(((struct exporting *)exporting)->comparison);
    free(exporting);
}

static bool work(struct chore *c, void *exporting, struct error *e)
{
    struct exporting *x = exporting;

    x->wish.stopped = chore_stopped(c);
    return x->comparison ? comparison_export_read(x->comparison, &x->choice, &x->wish, &x->files, e)
                         : export_run(x->folder, &x->wish, &x->files, e);
}

static struct exporting *make(const struct export_wish *wish, struct error *e)
{
    struct exporting *x = memory_new(1, sizeof *x, e);

    if (!x)
        return NULL;
    x->wish = *wish;
    if (wish->into) {
        text_copy(x->into, sizeof x->into, wish->into);
        x->wish.into = x->into;
    }
    return x;
}

/* NULL with an error, and it is freed. */
static struct exporting *start(struct exporting *x, const struct trainer_events *events, struct error *e)
{
    x->chore = chore_start(&(struct chore_setup){ .does = "writes charts", .work = work, .free = free_exporting,
                                                  .changed = events->changed, .context = events->context }, x, e);
    if (x->chore)
        return x;
    free_exporting(x);
    return NULL;
}

struct exporting *exporting_run(const char *run_folder, const struct export_wish *wish,
                                const struct trainer_events *events, struct error *e)
{
    struct exporting *x = make(wish, e);

    if (!x)
        return NULL;
    text_copy(x->folder, sizeof x->folder, run_folder);
    return start(x, events, e);
}

struct exporting *exporting_comparison(const struct comparison *c, const struct comparison_choice *choice,
                                       const struct export_wish *wish, const struct trainer_events *events,
                                       struct error *e)
{
    struct exporting *x = make(wish, e);

    if (x && (x->comparison = comparison_copy(c, e))) {
        x->choice = *choice;
        return start(x, events, e);
    }
    free(x);
    return NULL;
}

bool exporting_take(struct exporting *x, struct export_files *out, struct error *e)
{
    if (!chore_wait(x->chore, 0, e))
        return false;
    *out = x->files;
    return true;
}

void exporting_close(struct exporting *x)
{
    if (x)
        chore_stop(x->chore, patience_seconds);
}
