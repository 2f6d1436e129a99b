#include "tui/panels/offer_rows.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_ask.h"
#include "tui/draw/figures.h"

/* Networks are no rows of data sets. Of a folder that is not read yet nothing is known. */
static bool is_offered(const struct datasets *d, const struct offer *o)
{
    if (offer_is_weights(o->name))
        return false;
    for (int i = 0; i < d->catalogue.count; i++)
        if (strcmp(d->catalogue.entries[i].name, o->name) == 0)
            return false;
    return true;
}

int offer_rows_count(const struct app *app)
{
    const struct offers *all = &app->fetching.offers;
    int n = 0;

    for (int i = 0; app->datasets.listed && i < all->count; i++)
        n += is_offered(&app->datasets, &all->entries[i]);
    return n;
}

static const struct offer *offer_at(const struct app *app, int position)
{
    const struct offers *all = &app->fetching.offers;
    int i = 0;

    while (i < all->count - 1 && (!is_offered(&app->datasets, &all->entries[i]) || position-- > 0))
        i++;
    return &all->entries[i];
}

int offer_rows_find(const struct app *app, const char *name)
{
    for (int i = 0; i < offer_rows_count(app); i++)
        if (strcmp(offer_at(app, i)->name, name) == 0)
            return i;
    return -1;
}

/* "43 %  2 min" */
static void describe_progress(const struct fetch_progress *now, char right[OFFER_ROW_SIZE])
{
    char left[FIGURE_SIZE] = "";

    if (now->left >= 0)
        figure_left(left, now->left);
    snprintf(right, OFFER_ROW_SIZE, "%s%d %%%s%.16s", now->phase == FETCH_UNPACKS ? "unpacked " : "",
             (int)(100 * now->done / now->all), left[0] ? "  " : "", left);
}

struct offer_row offer_rows_at(const struct app *app, int position)
{
    const struct fetching *f = &app->fetching;
    const struct offer *o = offer_at(app, position);
    struct offer_row row = { .name = o->name, .role = ROLE_DIM };
    char size[16];

    if (fetching_is_of(f, o) && f->going) {
        row.role = ROLE_NORMAL;
        describe_progress(&f->now, row.right);
    } else if (fetching_is_of(f, o) && f->error.kind != ERROR_NONE && f->error.kind != ERROR_STOPPED) {
        row.role = ROLE_BAD;
        text_copy(row.right, sizeof row.right, "failed");
    } else {
        text_bytes(size, sizeof size, offer_bytes(o));
        snprintf(row.right, sizeof row.right, "get %s", size);
    }
    return row;
}

static void start(struct app *app, const char *name)
{
    struct error e;
    const struct offer *o = offers_find(&app->fetching.offers, name, &e);

    if (o && fetching_start(&app->fetching, o, &e))
        display_say(&app->display, ROLE_NORMAL, "fetching %s", name);
    else
        display_say_error(&app->display, &e);
}

static void stop(struct app *app, const char *name)
{
    fetching_stop(&app->fetching);
    display_say(&app->display, ROLE_NORMAL, "stopping: what has come of %s is kept", name);
}

static void ask_to_start(struct app *app, const struct offer *o)
{
    char text[1024], size[16], unpacked[16], host[128], path[PATH_SIZE] = "";
    struct error ignored;
    struct destination p;

    text_bytes(size, sizeof size, offer_bytes(o));
    text_bytes(unpacked, sizeof unpacked, o->unpacked);
    transfer_host(host, sizeof host, o->mirrors[0]);
    if (destination_find(&p, o->name, NULL, &ignored))
        figure_path(path, sizeof path, p.path, 200);
    snprintf(text, sizeof text, "%.199s.\n%s from %s%s%s, into %.200s", o->help, size, host,
             o->unpack ? ", unpacked " : "", o->unpack ? unpacked : "", path);
    dialog_ask(app, &(struct ask_setup){
        .title = "Fetch it?",
        .text = text,
        .answers = { { 'f', "fetch", start } },
        .subject = o->name,
    });
}

static void ask_to_stop(struct app *app, const struct offer *o)
{
    const struct fetch_progress *now = &app->fetching.now;
    char text[1024], done[16], all[16], rate[24] = "n/a";

    text_bytes(done, sizeof done, now->done);
    text_bytes(all, sizeof all, now->all);
    if (now->rate >= 0)
        text_bytes(rate, sizeof rate, (uint64_t)now->rate);
    snprintf(text, sizeof text, "%s of %s %s, %s/s, %s. What has come is kept. %s", done, all,
             now->phase == FETCH_UNPACKS ? "unpacked" : "fetched", rate, now->file, app->fetching.note);
    dialog_ask(app, &(struct ask_setup){
        .title = "Stop fetching?",
        .text = text,
        .answers = { { 's', "stop", stop } },
        .subject = o->name,
    });
}

static void tell_failure(struct app *app, const struct offer *o)
{
    dialog_ask(app, &(struct ask_setup){
        .title = o->name,
        .text = app->fetching.error.text,
        .answers = { { 'f', "try again", start } },
        .subject = o->name,
    });
}

void offer_rows_enter(struct app *app, int position)
{
    const struct fetching *f = &app->fetching;
    const struct offer *o = offer_at(app, position);
    bool own = fetching_is_of(f, o);

    if (own && f->going)
        ask_to_stop(app, o);
    else if (f->going)
        display_say(&app->display, ROLE_DIM, "%s is being fetched: one at a time", f->name);
    else if (own && f->error.kind != ERROR_NONE && f->error.kind != ERROR_STOPPED)
        tell_failure(app, o);
    else
        ask_to_start(app, o);
}
