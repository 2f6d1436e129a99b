#include "tui/runs.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/errand.h"
#include "base/memory.h"
#include "base/text.h"
#include "run/cut_off.h"
#include "run/run_list.h"
#include "run/run_recipe.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/dialogs/dialog_list.h"
#include "tui/recipes.h"

/* What the list shows of a run. */
struct line {
    char folder[PATH_SIZE];
    char note[64];
    char help[512];
};

/* Lines, and what is done with the chosen one. */
struct question {
    void (*chosen)(struct app *app, const char *folder);
    struct line lines[];
};

/* How it stands, and what can be done with it. */
static void describe_state(const struct run_entry *entry, char *out, size_t size)
{
    const struct summary *s = &entry->summary;

    if (entry->state == RUN_TRAINS)
        snprintf(out, size, "a process trains it now");
    else if (entry->state == RUN_CUT_OFF)
        snprintf(out, size, "it was cut off before its end");
    else if (entry->state == RUN_DAMAGED)
        text_copy(out, size, entry->problem);
    else
        snprintf(out, size, "%s on %s, %s: %s after %d epoch%s", s->name, path_name(s->dataset), s->device, s->state,
                 s->epochs, s->epochs == 1 ? "" : "s");
    if (entry->can_go_on)
        text_append(out, size, "; it can go on");
}

static void describe(struct line *line, const struct run_entry *entry)
{
    const struct summary *s = &entry->summary;
    char date[32] = "";
    struct tm local;

    if (localtime_r(&entry->begun, &local))
        strftime(date, sizeof date, "%Y-%m-%d %H:%M", &local);
    text_copy(line->folder, sizeof line->folder, entry->folder);
    if (s->test_accuracy >= 0)
        snprintf(line->note, sizeof line->note, "%.1f %%  %s", 100 * s->test_accuracy, date);
    else
        snprintf(line->note, sizeof line->note, "%s  %s", entry->can_go_on ? "can go on" : "", date);
    describe_state(entry, line->help, sizeof line->help);
}

static struct list_item run_item(const void *items, int position)
{
    const struct line *line = &((const struct question *)items)->lines[position];

    return (struct list_item){ .name = path_name(line->folder), .note = line->note, .help = line->help };
}

static void run_chosen(struct app *app, const void *items, int position)
{
    const struct question *q = items;

    q->chosen(app, q->lines[position].folder);
}

static struct question *make_question(int *count, struct error *e)
{
    struct run_list runs;
    struct question *q;

    if (!run_list_read(&runs, NULL, e))
        return NULL;
    *count = runs.count;
    q = memory_new(1, sizeof *q + (size_t)runs.count * sizeof *q->lines, e);
    for (int i = 0; q && i < runs.count; i++)
        describe(&q->lines[i], runs.entries[i]);
    run_list_free(&runs);
    return q;
}

void runs_ask(struct app *app, const char *title, void (*chosen)(struct app *app, const char *folder))
{
    struct question *q;
    struct error e;
    int count;

    q = make_question(&count, &e);
    if (!q) {
        display_say_error(&app->display, &e);
        return;
    }
    if (count == 0) {
        free(q);
        display_say(&app->display, ROLE_DIM, "there is no earlier run: press F5 to train");
        return;
    }
    q->chosen = chosen;
    dialog_list(app, &(struct list_setup){
        .title = title,
        .count = count,
        .items = q,
        .release = free,
        .item = run_item,
        .chosen = run_chosen,
    });
}

void runs_take_recipe(struct app *app, const char *folder)
{
    bool stored = app->draft.stored;
    struct recipe recipe;
    struct error e;

    if (!run_recipe_load(&recipe, folder, &e)) {
        display_say_error(&app->display, &e);
        return;
    }
    recipes_take_over(app, &recipe);
    if (app->display.message_role != ROLE_NORMAL) /* its data set is not here: that is more urgent */
        return;
    display_say(&app->display, ROLE_NORMAL, "the panels have the recipe of %s (u: %s)", path_name(folder),
                stored ? "the one before" : "yours again");
}

void runs_go_on(struct app *app, const char *folder)
{
    struct run_entry run;
    struct error e;

    if (!run_entry_look(&run, folder, NULL) || !run.can_go_on)
        display_say(&app->display, ROLE_STRONG, "%s %s", path_name(folder),
                    run.state == RUN_TRAINS     ? "is trained by another process"
                    : run.state == RUN_FINISHED ? "is finished: take its recipe (p), with more epochs"
                                                : "has no checkpoint to go on from");
    else if (app_go_on(app, folder, &e))
        dialog_close_all(app);
    else
        display_say_error(&app->display, &e);
}

struct cut_off {
    bool found;
    char name[256], why[160]; /* why: "" where it cannot be told */
};

/* In a process of its own: folders of runs can be on a file system that does not answer. */
static bool look_for_cut_off(void *paper, struct error *e)
{
    struct cut_off *cut_off = paper;
    struct run_entry newest;
    (void)e;

    cut_off->found = run_list_newest(&newest) && newest.state == RUN_CUT_OFF && newest.can_go_on &&
                     text_copy(cut_off->name, sizeof cut_off->name, path_name(newest.folder));
    if (cut_off->found)
        cut_off_look(newest.folder, cut_off->why, sizeof cut_off->why);
    return true;
}

void runs_offer(struct app *app)
{
    const struct trainer_events *events = &app->live.events;
    struct error ignored;

    errand_free(app->offer);
    app->offer = errand_start(&(struct errand_setup){ .work = look_for_cut_off,
                                                      .size = sizeof(struct cut_off),
                                                      .limits = { .seconds = 20 },
                                                      .subject = "runs",
                                                      .ended = events->changed,
                                                      .context = events->context },
                              &ignored);
}

bool runs_follow(struct app *app)
{
    const struct cut_off *cut_off = app->offer ? errand_paper(app->offer) : NULL;
    struct error e;

    if (!cut_off || !errand_wait(app->offer, 0, &e))
        return false;

    bool offers = e.kind == ERROR_NONE && cut_off->found && !app->live.run;

    if (offers && cut_off->why[0])
        display_say(&app->display, ROLE_WARN, "F4 g goes on with %s, %s", cut_off->name, cut_off->why);
    else if (offers)
        display_say(&app->display, ROLE_STRONG, "%s was cut off: F4 g goes on with it", cut_off->name);
    errand_free(app->offer);
    app->offer = NULL;
    return offers;
}
