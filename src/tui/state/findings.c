#include "tui/state/findings.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/chore.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "nn/train/recipe_images.h"

struct findings_search {
    struct chore *chore;
    char folder[PATH_SIZE];
    bool trains;
    atomic_int percent;
    struct run_inspection found;
};

static void free_search(void *search)
{
    inspect_run_close(&((struct findings_search *)search)->found);
    free(search);
}

/* The thread's view of it. */
struct looking {
    struct chore *chore;
    struct findings_search *search;
};

static bool tell(void *context, double done)
{
    const struct looking *l = context;
    const int percent = (int)(100 * done);

    if (atomic_exchange(&l->search->percent, percent) != percent)
        chore_ring(l->chore);
    return !*chore_stopped(l->chore);
}

/* Where the run's own device is not on this node, on the CPU. */
static bool find(struct chore *c, void *search, struct error *e)
{
    struct findings_search *s = search;
    struct looking looking = { c, s };
    struct inspect_setup setup = { .network = { .from = s->folder, .device = s->trains ? "cpu" : NULL },
                                   .progress = tell,
                                   .context = &looking };
    bool good = inspect_run(&s->found, &setup, e);

    if (!good && e->kind == ERROR_DEVICE) {
        setup.network.device = "cpu";
        good = inspect_run(&s->found, &setup, e);
    }
    if (good)
        inspect_run_release(&s->found);
    return good;
}

static struct findings_search *start(const char *folder, bool trains, struct trainer_events events, struct error *e)
{
    const struct chore_setup setup = { .does = "looks at the run", .work = find, .free = free_search,
                                       .changed = events.changed, .context = events.context };
    struct findings_search *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    text_copy(s->folder, sizeof s->folder, folder);
    s->trains = trains;
    s->chore = chore_start(&setup, s, e);
    if (s->chore)
        return s;
    free_search(s);
    return NULL;
}

void findings_open(struct findings *f, struct trainer_events events)
{
    f->events = events;
}

static void forget(struct findings *f)
{
    if (f->search)
        chore_stop(f->search->chore, 0);
    errand_free(f->coming);
    errand_free(f->sheet);
    free(f->figures);
    free(f->order);
    *f = (struct findings){ .events = f->events };
}

void findings_close(struct findings *f)
{
    forget(f);
}

void findings_look(struct findings *f, const char *folder, bool trains)
{
    forget(f);
    if (!folder)
        return;
    text_copy(f->folder, sizeof f->folder, folder);
    f->search = start(folder, trains, f->events, &f->error);
}

static bool make_tables(struct findings *f, const struct run_inspection *found, struct error *e)
{
    f->figures = memory_new((size_t)found->confusion.classes, sizeof *f->figures, e);
    f->order = f->figures ? memory_new(found->result.predictions.n, sizeof *f->order, e) : NULL;
    if (!f->order)
        return false;
    confusion_of_classes(&found->confusion, f->figures);
    f->n_pairs = confusion_pairs(&found->confusion, FINDINGS_PAIRS, f->pairs);
    return true;
}

static bool take_found(struct findings *f, double seconds)
{
    struct error e;

    if (!f->search || f->found || f->error.kind != ERROR_NONE || !chore_wait(f->search->chore, seconds, &e))
        return false;
    if (e.kind != ERROR_NONE)
        f->error = e;
    else if (make_tables(f, &f->search->found, &f->error))
        f->found = &f->search->found;
    return true;
}

static bool take_sheet(struct findings *f, double seconds)
{
    struct error e;

    if (!f->coming || !errand_wait(f->coming, seconds, &e))
        return false;
    errand_free(f->sheet);
    f->sheet = f->coming;
    f->coming = NULL;
    f->sheet_error = e;
    return true;
}

bool findings_follow(struct findings *f)
{
    const bool found = take_found(f, 0);

    return take_sheet(f, 0) || found || (f->search && !f->found && f->error.kind == ERROR_NONE);
}

bool findings_wait(struct findings *f, double seconds)
{
    take_found(f, seconds);
    return f->found || f->error.kind != ERROR_NONE;
}

int findings_percent(const struct findings *f)
{
    return f->search ? atomic_load(&f->search->percent) : 0;
}

void findings_rank(struct findings *f, enum ranking ranking, int label, int answer)
{
    if (f->found)
        f->n_order = ranking_make(&f->found->result.predictions, ranking, label, answer, f->order);
}

static bool same(const struct sheet_wish *one, const struct sheet_wish *other)
{
    return one->n == other->n && one->side == other->side &&
           memcmp(one->index, other->index, (size_t)one->n * sizeof *one->index) == 0;
}

void findings_ask(struct findings *f, uint32_t first, int n, int side)
{
    /* Most images are read before a frame without them could be drawn. */
    const double at_once_seconds = 0.15;
    const struct recipe *recipe = f->found ? &f->found->network.header.recipe : NULL;
    struct sheet_wish wish = { .listed = true, .side = side };

    if (!f->found)
        return;
    wish.n = int_min(int_min(n, SHEET_MOST), (int)uint32_min(f->n_order - uint32_min(first, f->n_order), SHEET_MOST));
    for (int i = 0; i < wish.n; i++)
        wish.index[i] = f->found->result.predictions.index[f->order[first + (uint32_t)i]];
    if (wish.n == 0 || ((f->coming || f->sheet) && same(&wish, &f->asked)))
        return;
    errand_free(f->coming);
    errand_free(f->sheet);
    f->sheet = NULL;
    wish.split = f->found->split;
    wish.wish = recipe_images_wish(recipe);
    text_copy(wish.name, sizeof wish.name, recipe->data.dataset);
    f->asked = wish;
    f->sheet_error.kind = ERROR_NONE;
    f->coming = sheet_start(&f->asked, (struct inspect_listener){ f->events.changed, f->events.context },
                            &f->sheet_error);
    take_sheet(f, at_once_seconds);
}

const struct sheet *findings_sheet(const struct findings *f)
{
    const struct sheet *sheet = f->sheet && f->sheet_error.kind == ERROR_NONE ? sheet_found(f->sheet) : NULL;

    return sheet && same(&sheet->wish, &f->asked) ? sheet : NULL;
}
