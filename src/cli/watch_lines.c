#include "cli/watch_lines.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/epoch_lines.h"
#include "cli/json_out.h"
#include "nn/recipe/device_name.h"
#include "run/run_folder.h"
#include "run/run_recipe.h"
#include "run/watch.h"

/* A folder that is gone may come back with its file system. */
static const double gone_patience = 30;

static const char *const states[] = {
    [SIGHTING_LOOKING] = "looking", [SIGHTING_TRAINS] = "trains",   [SIGHTING_SILENT] = "silent",
    [SIGHTING_ENDED] = "ended",     [SIGHTING_CUT_OFF] = "cut off", [SIGHTING_GONE] = "gone",
};

struct watching {
    struct recipe recipe;
    struct watch *watch;
    unsigned number; /* of the last look */
    struct sighting view;
};

static bool begin(struct watching *w, const char *folder, struct error *e)
{
    *w = (struct watching){ .watch = NULL };
    if (!run_recipe_load(&w->recipe, folder, e))
        return false;
    w->watch = watch_open(folder, w->recipe.training.epochs, (struct trainer_events){ NULL }, e);
    return w->watch != NULL;
}

static void look(struct watching *w)
{
    while (!watch_wait(w->watch, w->number, clock_seconds() + 60))
        continue;
    w->number = watch_sighting(w->watch, &w->view);
}

static bool is_over(const struct watching *w)
{
    enum sighting_state state = w->view.state;

    return state == SIGHTING_ENDED || state == SIGHTING_CUT_OFF ||
           (state == SIGHTING_GONE && w->view.silent >= gone_patience);
}

static bool how_it_ended(const struct watching *w, struct error *e)
{
    const char *folder = w->view.moved[0] ? w->view.moved : watch_folder(w->watch);

    if (w->view.state != SIGHTING_ENDED)
        return error_set(e, ERROR_RUN, "%s", w->view.words);
    if (w->view.status.trainer.state == TRAINER_FAILED)
        return error_set(e, ERROR_RUN, "the run failed: %.300s", w->view.error);
    if (w->view.status.trainer.state == TRAINER_STOPPED && w->view.error[0])
        return error_set(e, ERROR_RUN, "the run has ended, but how cannot be told: %.300s", w->view.error);
    if (w->view.status.trainer.state == TRAINER_STOPPED)
        return error_set(e, ERROR_STOPPED, "the run was stopped; 'cuvette resume %.200s' goes on with it",
                         run_folder_known_as(folder));
    return true;
}

static void tell_title(const struct watching *w)
{
    char folder[PATH_SIZE], ranks[64];

    text_sanitise(folder, sizeof folder, watch_folder(w->watch));
    rank_report_words(&w->view.status.trainer.together, device_name_is_gpu(w->view.status.device), ranks,
                      sizeof ranks);
    printf("watching %s\n", folder);
    if (w->view.state == SIGHTING_TRAINS && w->view.who[0])
        printf("trained by %s, on %s%s%s\n", w->view.who, w->view.status.device, ranks[0] ? ": " : "", ranks);
}

/* What is to be known beside the epochs, once each. */
static void tell_words(const struct watching *w, struct epoch_lines *lines, char *told, size_t size)
{
    const char *words = w->view.words[0] ? w->view.words : w->view.status.trouble;
    bool silent = w->view.state == SIGHTING_SILENT;

    /* The seconds of a silence go on. */
    if (words[0] && !is_over(w) && strcmp(silent ? states[SIGHTING_SILENT] : words, told) != 0)
        epoch_lines_note(lines, words);
    text_copy(told, size, silent && words[0] ? states[SIGHTING_SILENT] : words);
}

bool watch_lines_plain(const char *folder, struct error *e)
{
    struct watching w;
    char told[sizeof w.view.words] = "";

    if (!begin(&w, folder, e))
        return false;

    struct epoch_lines lines = epoch_lines_begin(&w.recipe, 0, true);
    do {
        bool first = w.number == 0;

        look(&w);
        if (first)
            tell_title(&w);

        struct run_curves curves = watch_curves(w.watch);

        epoch_lines_update(&lines, curves.means, curves.epochs, &w.view.status.trainer);
        tell_words(&w, &lines, told, sizeof told);
    } while (!is_over(&w));
    epoch_lines_end(&lines);

    bool finished = how_it_ended(&w, e);

    if (finished)
        epoch_lines_outcome(&w.recipe, &w.view.status.trainer, folder);
    watch_close(w.watch);
    return finished;
}

static json_t *optional(const char *text)
{
    return text[0] ? json_string(text) : json_null();
}

static bool print_object(const struct watching *w, struct error *e)
{
    const struct sighting *v = &w->view;
    json_t *line = json_pack("{s:o, s:s, s:o, s:f}", "folder", json_out_text(watch_folder(w->watch)), "watch",
                             states[v->state], "words", optional(v->words), "silent", fmax(v->silent, 0));
    json_t *status = run_status_to_json(&v->status);
    bool whole = line && status && json_object_update(line, status) == 0;

    json_decref(status);
    if (!whole) {
        json_decref(line);
        line = NULL;
    }
    if (!json_out_print(line, JSON_COMPACT | JSON_REAL_PRECISION(15), "how the run stands", e))
        return false;
    return fflush(stdout) == 0 || error_set_errno(e, "cannot write to standard output");
}

bool watch_lines_json(const char *folder, bool follow, struct error *e)
{
    struct watching w;
    enum sighting_state state = SIGHTING_LOOKING;
    double written = -1;
    bool good = true;

    if (!begin(&w, folder, e))
        return false;
    do {
        look(&w);
        if (w.view.state != state || w.view.status.written != written)
            good = print_object(&w, e);
        state = w.view.state;
        written = w.view.status.written;
    } while (good && follow && !is_over(&w));
    good = good && (!follow || how_it_ended(&w, e));
    watch_close(w.watch);
    return good;
}
