#include "cli/data_fetch.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/json_out.h"
#include "cli/progress.h"
#include "cli/wrap.h"
#include "data/catalogue.h"
#include "fetch/fetch.h"

/* "12 %" of it has come, in an earlier try. */
static int percent_here(const struct offer *o)
{
    struct error ignored;
    struct destination p;

    return destination_find(&p, o->name, NULL, &ignored) ? (int)(100 * destination_here(&p, o) / offer_bytes(o)) : 0;
}

static int longest_name(const struct offers *offers)
{
    size_t longest = 0;

    for (int i = 0; i < offers->count; i++)
        longest = size_max(longest, strlen(offers->entries[i].name));
    return (int)longest;
}

static void print_offer(const struct offer *o, int width)
{
    char name[OFFER_NAME_SIZE], help[OFFER_TEXT_SIZE], size[16], state[24] = "";
    const int percent = percent_here(o);

    text_sanitise(name, sizeof name, o->name);
    text_sanitise(help, sizeof help, o->help);
    text_bytes(size, sizeof size, offer_bytes(o));
    if (fetch_is_here(o))
        text_copy(state, sizeof state, "here");
    else if (percent > 0)
        snprintf(state, sizeof state, "%d %% here", percent);
    printf("%-*s  %6s  %-9s  %s\n", width, name, size, state, help);
}

static json_t *offer_json(const struct offer *o)
{
    return json_pack("{s:o, s:o, s:I, s:I, s:b, s:i, s:o, s:o}", "name", json_out_text(o->name), "help",
                     json_out_text(o->help), "bytes", (json_int_t)offer_bytes(o), "unpacked", (json_int_t)o->unpacked,
                     "here", fetch_is_here(o), "percent", fetch_is_here(o) ? 100 : percent_here(o), "licence",
                     json_out_text(o->licence), "cite", json_out_text(o->cite));
}

static bool print_json(const struct offers *offers, struct error *e)
{
    json_t *all = json_array();
    bool fine = all != NULL;

    for (int i = 0; fine && i < offers->count; i++)
        fine = json_array_append_new(all, offer_json(&offers->entries[i])) == 0;
    if (!fine) {
        json_decref(all);
        all = NULL;
    }
    return json_out_print(all, JSON_INDENT(2), "the data sets", e);
}

bool data_fetch_list(bool json, struct error *e)
{
    struct offers offers;
    bool fine = offers_read(&offers, e);

    if (fine && json)
        fine = print_json(&offers, e);
    for (int i = 0; fine && !json && i < offers.count; i++)
        print_offer(&offers.entries[i], longest_name(&offers));
    offers_free(&offers);
    return fine;
}

/* On a terminal a line that changes; in a log a line for every tenth. */
struct telling {
    const struct offer *offer;
    struct progress line;
    enum fetch_phase phase;
    int tenth; /* said last */
};

static const char *const verbs[] = { [FETCH_TRANSFERS] = "fetched", [FETCH_UNPACKS] = "unpacked" };

static void show(struct telling *t, const struct fetch_progress *now, int percent)
{
    char done[16], all[16], rate[16], left[16];

    text_bytes(done, sizeof done, now->done);
    text_bytes(all, sizeof all, now->all);
    progress_add(&t->line, "%s %3d %% %s", t->offer->name, percent, verbs[now->phase]);
    progress_add(&t->line, "%s of %s", done, all);
    if (now->rate >= 0) {
        text_bytes(rate, sizeof rate, (uint64_t)now->rate);
        text_duration(left, sizeof left, now->left);
        progress_add(&t->line, "%s/s", rate);
        progress_add(&t->line, "%s left", left);
    }
    if (now->host[0])
        progress_add(&t->line, "%s", now->host);
    progress_show(&t->line);
}

static void log_tenth(struct telling *t, const struct fetch_progress *now, int percent)
{
    char all[16];

    if (now->phase != t->phase)
        t->tenth = 0;
    t->phase = now->phase;
    if (percent / 10 == t->tenth)
        return;
    t->tenth = percent / 10;
    text_bytes(all, sizeof all, now->all);
    fprintf(stderr, "%s: %d %% of %s %s\n", t->offer->name, 10 * t->tenth, all, verbs[now->phase]);
}

static bool tell(void *context, const struct fetch_progress *now)
{
    struct telling *t = context;
    const int percent = (int)(100 * now->done / now->all);

    if (!t->line.on)
        log_tenth(t, now, percent);
    else if (progress_due(&t->line))
        show(t, now, percent);
    return !interrupt_came();
}

static void print_line(const char *text)
{
    char safe[1024];

    text_sanitise(safe, sizeof safe, text);
    wrap_line(stderr, safe, wrap_columns(STDERR_FILENO));
}

static void note(void *context, const char *text)
{
    struct telling *t = context;

    progress_clear(&t->line);
    print_line(text);
}

static bool begin(const struct offer *o, const char *to, struct error *e)
{
    char host[128], size[16], words[1024] = "", advice[512];
    struct destination p;

    if (!destination_find(&p, o->name, to, e))
        return false;
    transfer_host(host, sizeof host, o->mirrors[0]);
    text_bytes(size, sizeof size, offer_bytes(o));
    text_append(words, sizeof words, "fetching %s: %s from %s into %s", o->name, size, host, p.path);
    print_line(words);
    destination_advise(&p, o, advice, sizeof advice);
    if (advice[0])
        print_line(advice);
    return true;
}

static void print_text(const char *what, const char *text)
{
    char safe[OFFER_TEXT_SIZE];

    text_sanitise(safe, sizeof safe, text);
    if (safe[0])
        printf("%-8s %s\n", what, safe);
}

static void print_source(const struct offer *o)
{
    print_text("cite", o->cite);
    print_text("licence", o->licence);
}

static bool print_weights(const struct offer *o, const char *before, const struct destination *p)
{
    printf("%s is %sin %s: training.weights=%s begins with it\n", o->name, before, p->known, path_name(o->name));
    print_source(o);
    return true;
}

/* That it is there, and what it is. */
static bool print_result(const struct offer *o, const char *before, struct error *e)
{
    struct dataset_info info;
    struct destination p;

    if (!destination_find(&p, o->name, NULL, e))
        return false;
    if (offer_is_weights(o->name))
        return print_weights(o, before, &p);
    if (!catalogue_look(o->name, NULL, &info, e))
        return error_context(e, "%s is in %s, but", o->name, p.known);
    printf("%s is %sin %s: %dx%dx%d, %d classes, %u + %u images\n", o->name, before, p.known, info.height, info.width,
           info.channels, info.classes, info.count[SPLIT_TRAIN], info.count[SPLIT_TEST]);
    print_source(o);
    return true;
}

static bool fetch(const struct offer *o, const char *to, struct error *e)
{
    struct telling telling = { .offer = o, .line = progress_begin(true) };
    const struct fetch f = { .offer = o, .to = to, .tell = tell, .note = note, .context = &telling };

    if (fetch_is_here(o))
        return print_result(o, "already ", e);
    if (!begin(o, to, e))
        return false;
    interrupt_begin();
    bool fetched = fetch_run(&f, e);
    progress_clear(&telling.line);
    return fetched && print_result(o, "", e);
}

bool data_fetch_run(const char *name, const char *to, struct error *e)
{
    struct offers offers;
    const struct offer *o = offers_read(&offers, e) ? offers_find(&offers, name, e) : NULL;
    bool fetched = o && fetch(o, to, e);

    offers_free(&offers);
    return fetched;
}
