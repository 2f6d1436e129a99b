#include "tui/comparisons.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/errand.h"
#include "base/memory.h"
#include "base/text.h"
#include "run/compare/comparison_file.h"
#include "tui/app.h"
#include "tui/compare/compare_training.h"
#include "tui/compare/compare_view.h"
#include "tui/dialogs/dialog_form.h"
#include "tui/dialogs/dialog_list.h"

static const double patience_seconds = 0.5; /* with the folder of runs */

/* How many runs these are, and what would spoil their times. */
static enum role tell(const struct comparison *c, char *out, size_t size)
{
    const int epochs = c->recipe.training.epochs;
    char shared[64];

    snprintf(out, size, "%d runs of %d epoch%s", c->count, epochs, epochs == 1 ? "" : "s");
    if (!c->race || !comparison_shares(c, shared, sizeof shared))
        return ROLE_DIM;
    text_append(out, size, "; as a race they share %s, and slow each other down", shared);
    return ROLE_WARN;
}

static enum role describe(const struct app *app, const void *settings, int target, char *out, size_t size)
{
    struct comparison_form_words words;
    struct comparison_wish wish;
    struct comparison *c = NULL;
    struct error e;
    enum role role = ROLE_BAD;
    (void)target;

    if (comparison_form_read(&app->comparison_form, settings, &app->draft.recipe, &words, &wish, &e))
        c = comparison_plan(&wish, &e);
    if (c)
        role = tell(c, out, size);
    else
        text_copy(out, size, e.text);
    comparison_free(c);
    return role;
}

static void apply(struct app *app, const void *settings, int target)
{
    struct comparison_form_words words;
    struct comparison_wish wish;
    struct error e;
    (void)target;

    if (!comparison_form_read(&app->comparison_form, settings, &app->draft.recipe, &words, &wish, &e))
        display_say_error(&app->display, &e);
    else if (compare_training_begin(app, &wish))
        compare_view_folder(app, app->contest.folder);
}

/* What is wrong with the recipe is said before anything is asked. */
static bool can_train(struct app *app)
{
    const struct error *const wrong[] = { &app->datasets.error, &app->draft.model_error };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (wrong[i]->kind != ERROR_NONE) {
            display_say_error(&app->display, wrong[i]);
            return false;
        }
    return compare_training_may(app);
}

static void open_form(struct app *app)
{
    struct comparison_form *f = &app->comparison_form;
    struct comparison_answers answers = { .seeds = 1 };

    if (!can_train(app))
        return;
    comparison_form_make(f, &app->machine, &app->draft.recipe, &answers);
    dialog_form(app, &(struct form_setup){
        .title = "Compare this recipe",
        .fields = { f->fields, f->n_fields },
        .settings = &answers,
        .describe = describe,
        .apply = apply,
    });
}

void comparisons_open(struct app *app)
{
    if (contest_going(&app->contest))
        compare_view_folder(app, app->contest.folder);
    else
        open_form(app);
}

enum { LISTED_MOST = 100 };

struct listed {
    int count;
    char names[LISTED_MOST][COMPARISON_NAME_SIZE];
};

/* In a process of its own: the folder of runs can be on a file system that does not answer. */
static bool look_for_them(void *paper, struct error *e)
{
    struct listed *l = paper;
    (void)e;

    l->count = comparison_list(l->names, LISTED_MOST);
    return true;
}

static bool find_all(struct listed *l, struct error *e)
{
    struct errand *errand = errand_start(&(struct errand_setup){ .work = look_for_them,
                                                                 .size = sizeof *l,
                                                                 .limits = { .seconds = patience_seconds },
                                                                 .subject = "the folder of runs" },
                                         e);
    bool found = errand && errand_wait(errand, 2 * patience_seconds, e) && e->kind == ERROR_NONE;

    if (found)
        *l = *(const struct listed *)errand_paper(errand);
    else if (errand && e->kind == ERROR_NONE)
        error_set(e, ERROR_IO, "the folder of runs does not answer");
    errand_free(errand);
    return found;
}

static struct list_item item(const void *items, int position)
{
    return (struct list_item){ ((const struct listed *)items)->names[position], "",
                               "Enter shows it; F5 there goes on with one that was left." };
}

static void chosen(struct app *app, const void *items, int position)
{
    char folder[PATH_SIZE];

    if (comparison_find(((const struct listed *)items)->names[position], folder))
        compare_view_folder(app, folder);
    else
        display_say(&app->display, ROLE_BAD, "there is no comparison in it");
}

void comparisons_list(struct app *app)
{
    struct error e = { .kind = ERROR_NONE };
    struct listed *l = memory_new(1, sizeof *l, &e);

    if (l && find_all(l, &e) && l->count > 0) {
        dialog_list(app, &(struct list_setup){
            .title = "Comparisons",
            .count = l->count,
            .items = l,
            .release = free,
            .item = item,
            .chosen = chosen,
        });
        return;
    }
    free(l);
    if (e.kind != ERROR_NONE)
        display_say_error(&app->display, &e);
    else
        display_say(&app->display, ROLE_STRONG, "there is no comparison yet: C in the panels trains one");
}
