#include "tui/runs.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "run/run_list.h"
#include "tui/app.h"
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

static void describe(struct line *line, const struct run_list_entry *entry)
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
        snprintf(line->note, sizeof line->note, "%s", date);
    if (s->state[0] == '\0')
        text_copy(line->help, sizeof line->help, "it goes on, or was cut off before its end");
    else
        snprintf(line->help, sizeof line->help, "%s on %s, %s: %s after %d epoch%s", s->name, path_name(s->dataset),
                 s->device, s->state, s->epochs, s->epochs == 1 ? "" : "s");
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

    if (!run_list_read(&runs, e))
        return NULL;
    *count = runs.count;
    q = memory_new(1, sizeof *q + (size_t)runs.count * sizeof *q->lines, e);
    for (int i = 0; q && i < runs.count; i++)
        describe(&q->lines[i], &runs.entries[i]);
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

static void take_recipe(struct app *app, const char *folder)
{
    char path[PATH_SIZE];
    struct error e;

    if (path_join(path, folder, "recipe.ini", &e))
        recipes_take(app, path);
    else
        display_say_error(&app->display, &e);
}

void runs_open(struct app *app)
{
    runs_ask(app, "Recipe of an earlier run", take_recipe);
}
