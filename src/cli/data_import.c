#include "cli/data_import.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "cli/class_table.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "data/catalogue.h"

enum { SHOWN_MOST = 20 };

static bool take_number(const char *name, const char *value, int64_t most, const char *of, int64_t *out,
                        struct error *e)
{
    return (text_to_int64(value, out) && *out >= 1 && *out <= most) ||
           error_set(e, ERROR_USAGE, "--%s needs %s, 1 to %lld, not '%.64s'", name, of, (long long)most, value);
}

static bool take_word(const char *name, const char *value, const char *const *words, int *out, struct error *e)
{
    struct suggestion likeliest = suggestion_begin(value);
    char known[64] = "";

    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], value) == 0) {
            *out = i;
            return true;
        }
        suggestion_consider(&likeliest, words[i]);
        text_append(known, sizeof known, "%s%s", i ? ", " : "", words[i]);
    }
    error_set(e, ERROR_USAGE, "--%s is one of %s, not '%.64s'", name, known, value);
    suggestion_append(&likeliest, "", e->text, sizeof e->text);
    return false;
}

static const char *const as_words[] = { [PACK_JPEG] = "jpeg", [PACK_RAW] = "raw", NULL };
static const char *const fit_words[] = {
    [IMAGE_CROP] = "crop", [IMAGE_STRETCH] = "stretch", [IMAGE_PAD] = "pad", NULL
};
static const char *const colour_words[] = { "auto", "grey", "rgb", NULL };
static const char *const compression_words[] = { "none", "gzip", NULL };
static const int colour_channels[] = { 0, 1, 3 };

static bool take_as(struct data_import *i, const char *name, const char *value, struct error *e)
{
    int word = 0;

    i->given |= DATA_IMPORT_AS;
    if (!take_word(name, value, as_words, &word, e))
        return false;
    i->options.as = (enum pack_as)word;
    return true;
}

static bool take_size(struct data_import *i, const char *name, const char *value, struct error *e)
{
    int64_t number = 0;

    i->given |= DATA_IMPORT_WISH;
    bool taken = take_number(name, value, SIDE_MAX, "a side in pixels", &number, e);

    i->options.wish.size = (int)number;
    return taken;
}

static bool take_fit(struct data_import *i, const char *name, const char *value, struct error *e)
{
    int word = 0;

    i->given |= DATA_IMPORT_WISH;
    bool taken = take_word(name, value, fit_words, &word, e);

    i->options.wish.fit = (enum image_fit)word;
    return taken;
}

static bool take_colours(struct data_import *i, const char *name, const char *value, struct error *e)
{
    int word = 0;

    i->given |= DATA_IMPORT_WISH;
    bool taken = take_word(name, value, colour_words, &word, e);

    i->options.wish.channels = colour_channels[word];
    return taken;
}

static bool take_quality(struct data_import *i, const char *name, const char *value, struct error *e)
{
    int64_t number = 0;

    i->given |= DATA_IMPORT_QUALITY;
    bool taken = take_number(name, value, 100, "a number", &number, e);

    i->options.quality = (int)number;
    return taken;
}

static bool take_compression(struct data_import *i, const char *name, const char *value, struct error *e)
{
    int word = 0;

    i->given |= DATA_IMPORT_COMPRESSION;
    bool taken = take_word(name, value, compression_words, &word, e);

    i->options.compressed = word == 1;
    return taken;
}

static bool take_threads(struct data_import *i, const char *name, const char *value, struct error *e)
{
    int64_t number = 0;
    bool taken = take_number(name, value, 64, "a number", &number, e);

    i->options.threads = (int)number;
    return taken;
}

static bool take_strict(struct data_import *i, const char *name, const char *value, struct error *e)
{
    (void)name, (void)value, (void)e;
    i->options.strict = true;
    return true;
}

static bool take_limit(uint32_t *limit, const char *name, const char *value, struct error *e)
{
    int64_t number = 0;
    bool taken = take_number(name, value, INT32_MAX, "a number of images", &number, e);

    *limit = (uint32_t)number;
    return taken;
}

static bool take_train(struct data_import *i, const char *name, const char *value, struct error *e)
{
    return take_limit(&i->options.limit[SPLIT_TRAIN], name, value, e);
}

static bool take_test(struct data_import *i, const char *name, const char *value, struct error *e)
{
    return take_limit(&i->options.limit[SPLIT_TEST], name, value, e);
}

bool data_import_option(struct data_import *i, const char *name, const char *value, struct error *e)
{
    static const struct {
        const char *name;
        bool (*take)(struct data_import *i, const char *name, const char *value, struct error *e);
    } takers[] = {
        { "as", take_as },           { "size", take_size },       { "fit", take_fit },
        { "colours", take_colours }, { "quality", take_quality }, { "compression", take_compression },
        { "threads", take_threads }, { "strict", take_strict },   { "train", take_train },
        { "test", take_test },
    };

    for (size_t k = 0; k < sizeof takers / sizeof *takers; k++)
        if (strcmp(takers[k].name, name) == 0)
            return takers[k].take(i, name, value, e);
    return error_set(e, ERROR_USAGE, "import has no option --%s; see --help", name);
}

/* What was not said follows from what the images are: files stay what they are, pixels become chunks of gzip. */
static bool decide(const struct data_import *i, struct source *s, struct pack_options *out, struct error *e)
{
    const bool files = encoded_set_of(s) != NULL;

    *out = i->options;
    if (!(i->given & DATA_IMPORT_AS))
        out->as = files ? PACK_JPEG : PACK_RAW;
    if (!(i->given & DATA_IMPORT_COMPRESSION))
        out->compressed = !files;
    if (!(i->given & DATA_IMPORT_QUALITY))
        out->quality = PACK_QUALITY_USUAL;
    if (!files && i->given & DATA_IMPORT_WISH)
        return error_set(e, ERROR_USAGE,
                         "--size, --fit and --colours are for photographs: images of this set keep "
                         "their size");
    if (out->as == PACK_JPEG && i->given & DATA_IMPORT_COMPRESSION)
        return error_set(e, ERROR_USAGE, "--compression is for --as raw: JPEG and PNG are compressed");
    if ((out->as == PACK_RAW || !files) && i->given & DATA_IMPORT_QUALITY)
        return error_set(e, ERROR_USAGE, "--quality is for photographs --as jpeg: others are kept without loss");
    return true;
}

static void print_plan(const struct source *s, const struct pack_options *o, const char *to)
{
    const struct pack_estimate estimate = pack_estimate(s, o);
    char size[16], beside[16];

    text_bytes(size, sizeof size, estimate.bytes);
    text_bytes(beside, sizeof beside, estimate.beside);
    printf("%s will have %s %s as %s", to, estimate.about ? "about" : "at most", size, as_words[o->as]);
    if (estimate.beside > 0)
        printf(", and takes %s more while it is written", beside);
    printf("\n");
    fflush(stdout);
}

/* A line of progress. */
struct telling {
    struct progress line;
    const struct pack_report *report;
    double start; /* when the first of its own images was done */
    bool begun;
};

static void tell_beginning(struct telling *t, const struct pack_progress *p)
{
    if (p->resumed > 0)
        printf("an earlier import did %u of %u images: going on after them\n", p->resumed, p->all);
    else if (t->report->started_over)
        printf("what an unfinished import of other images, or made otherwise, had left is removed\n");
    fflush(stdout);
    t->begun = true;
}

static bool tell(void *context, const struct pack_progress *p)
{
    struct telling *t = context;

    if (!t->begun)
        tell_beginning(t, p);
    if (progress_due(&t->line)) {
        const uint32_t made = p->done - p->resumed;
        double seconds = clock_seconds() - t->start;
        char rate[16], left[16];

        text_count(rate, sizeof rate, (uint64_t)(made / seconds));
        text_duration(left, sizeof left, made ? seconds / made * (p->all - p->done) : -1);
        progress_add(&t->line, p->finishing ? "finishing" : "writing %3.0f%%", 100 * p->part);
        progress_add(&t->line, "%u of %u images", p->done, p->all);
        progress_add(&t->line, "%s images/s", rate);
        progress_add(&t->line, "%s left", left);
        progress_show(&t->line);
    }
    return !interrupt_came();
}

static const char *const fate_words[PACK_FATES] = {
    [PACK_BROKEN] = "broken", [PACK_EMPTY] = "empty", [PACK_DUPLICATE] = "there twice"
};

static void print_skipped(const struct pack_report *r)
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

static void print_result(const struct source *s, const struct pack_report *r, const char *to)
{
    struct dataset_info info;
    char size[16];

    source_describe(s, &info);
    text_bytes(size, sizeof size, r->bytes);
    printf("%s: %s, %u images\n", to, size, r->found[PACK_KEPT]);
    class_table_print(&info, r->of_class);
    print_skipped(r);
}

static bool run(const struct data_import *i, struct source *s, const char *to, struct error *e)
{
    struct pack_report report;
    struct telling telling = { .line = progress_begin(true), .report = &report, .start = clock_seconds() };
    struct pack_options options;

    if (!decide(i, s, &options, e))
        return false;
    print_plan(s, &options, to);
    bool written = pack_write(s, &options, to, &(struct pack_watch){ tell, &telling }, &report, e);

    progress_clear(&telling.line);
    if (written)
        print_result(s, &report, to);
    else if (options.strict)
        print_skipped(&report);
    pack_report_free(&report);
    return written;
}

bool data_import_run(const struct data_import *i, const char *from, const char *to, struct error *e)
{
    if (!source_suffix(&source_hdf5, to))
        return error_set(e, ERROR_USAGE, "'%.200s' must end in .h5 or .hdf5", to);
    struct source *s = catalogue_open(from, &i->options.wish, 0, NULL, NULL, e);

    if (!s)
        return false;
    interrupt_begin(); /* what is done stays */
    bool written = run(i, s, to, e);

    source_close(s);
    return written;
}
