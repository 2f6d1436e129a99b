#include "cli/data_import.h"

#include <stdio.h>
#include <string.h>

#include "base/suggestion.h"
#include "base/text.h"
#include "cli/class_table.h"
#include "cli/data_archive.h"
#include "cli/interrupt.h"
#include "cli/pack_print.h"
#include "data/catalogue.h"
#include "data/pack/pack_archive.h"
#include "data/sources/encoded.h"
#include "data/sources/image_folders.h"

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

static void print_without(const struct source *s, const struct dataset_info *info)
{
    const struct encoded_set *set = encoded_set_of(s);
    char first[CLASS_NAME_SIZE], name[CLASS_NAME_SIZE];
    int without = set && strcmp(info->format, source_folder.name) == 0
                      ? image_folders_without(set->path, info, first, sizeof first)
                      : 0;

    if (without == 0)
        return;
    text_sanitise(name, sizeof name, first);
    printf("\n%d %s no images and %s no class: %s%s\n", without, without == 1 ? "folder has" : "folders have",
           without == 1 ? "is" : "are", name, without == 1 ? "" : ", …");
}

static void print_result(const struct source *s, const struct pack_report *r, const char *to)
{
    struct dataset_info info;
    char size[16];

    source_describe(s, &info);
    text_bytes(size, sizeof size, r->bytes);
    printf("%s: %s, %u images\n", to, size, r->found[PACK_KEPT]);
    class_table_print(&info, r->of_class);
    print_without(s, &info);
    pack_print_skipped(r);
}

static bool pack_source(const struct data_import *i, struct source *s, const char *to, struct error *e)
{
    struct pack_report report = { .classes = 0 };
    struct pack_print print = pack_print_begin(&report);
    struct pack_options options;

    if (!decide(i, s, &options, e))
        return false;
    print_plan(s, &options, to);
    bool written = pack_write(s, &options, to, &(struct pack_watch){ pack_print_tell, &print }, &report, e);

    pack_print_end(&print);
    if (written)
        print_result(s, &report, to);
    else if (options.strict)
        pack_print_skipped(&report);
    pack_report_free(&report);
    return written;
}

static bool pack_set(const struct data_import *i, const char *from, const char *to, struct error *e)
{
    if (!data_archive_prepare(from, e))
        return false;
    struct source *s = catalogue_open(from, &i->options.wish, 0, NULL, NULL, e);

    if (!s)
        return false;
    bool written = pack_source(i, s, to, e);

    source_close(s);
    return written;
}

/* Is it an archive whose files are wanted as they are? Then it is read once, and not kept elsewhere. */
static bool is_archive(const struct data_import *i, const char *path)
{
    const struct pack_options *o = &i->options;

    return pack_archive_is(path) && (!(i->given & DATA_IMPORT_AS) || o->as == PACK_JPEG) &&
           !(i->given & DATA_IMPORT_COMPRESSION) && o->limit[SPLIT_TRAIN] == 0 && o->limit[SPLIT_TEST] == 0;
}

static bool pack_archive(const struct data_import *i, const char *from, const char *to, struct error *e)
{
    struct pack_report report = { .classes = 0 };
    struct pack_print print = pack_print_begin(&report);
    struct pack_options options = i->options;

    if (!(i->given & DATA_IMPORT_QUALITY))
        options.quality = PACK_QUALITY_USUAL;
    bool written = pack_archive_write(from, &options, to, &(struct pack_watch){ pack_print_tell, &print }, &report, e);
    struct source *s = written ? source_open(to, NULL, e) : NULL;

    pack_print_end(&print);
    if (s)
        print_result(s, &report, to);
    else if (options.strict)
        pack_print_skipped(&report);
    source_close(s);
    pack_report_free(&report);
    return s != NULL;
}

bool data_import_run(const struct data_import *i, const char *from, const char *to, struct error *e)
{
    char path[PATH_SIZE];

    if (!source_suffix(&source_hdf5, to))
        return error_set(e, ERROR_USAGE, "'%.200s' must end in .h5 or .hdf5", to);
    if (!path_typed(path, from, e))
        return false;
    interrupt_begin(); /* what is done stays */
    return is_archive(i, path) ? pack_archive(i, path, to, e) : pack_set(i, from, to, e);
}
