/* cuvette data: shows what a data set holds, lists data sets, fetches one, and writes one as an HDF5 file. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/data_archive.h"
#include "cli/data_fetch.h"
#include "cli/data_import.h"
#include "cli/data_info.h"
#include "cli/data_preview.h"
#include "cli/interrupt.h"
#include "cli/json_out.h"
#include "cli/options.h"
#include "cli/telling.h"
#include "data/catalogue.h"
#include "data/inspect.h"

enum {
    JSON,
    TO,
    AS,
    SIZE,
    FIT,
    COLOURS,
    QUALITY,
    COMPRESSION,
    STRICT,
    THREADS,
    TRAIN,
    TEST,
    OUT,
    PER_CLASS,
    CLASSES,
    SEED,
    AUGMENT
};

enum { WORDS_MAX = 3 };

static const struct command_option options[] = {
    [JSON] = { "json", NULL, "info, list, fetch: print JSON for programs" },
    [TO] = { "to", "DIR", "fetch: into this folder; its name leads there" },
    [AS] = { "as", "jpeg|raw", "import: files as they are, or pixels" },
    [SIZE] = { "size", "N", "import: photographs of at most this side, or raw of just this side" },
    [FIT] = { "fit", "crop|stretch|pad", "import: how photographs become that size" },
    [COLOURS] = { "colours", "auto|grey|rgb", "import: of photographs" },
    [QUALITY] = { "quality", "1-100", "import: of JPEGs that are made smaller; 90" },
    [COMPRESSION] = { "compression", "gzip|none", "import: of raw images" },
    [STRICT] = { "strict", NULL, "import: refuse images that are broken, empty or there twice" },
    [THREADS] = { "threads", "N", "import: threads that read and decode; one a core" },
    [TRAIN] = { "train", "N", "import: only the first N training images" },
    [TEST] = { "test", "N", "import: only the first N test images" },
    [OUT] = { "out", "FILE", "preview: where to write the picture, .png, .svg or .pdf" },
    [PER_CLASS] = { "per-class", "N", "preview: so many images of each class" },
    [CLASSES] = { "classes", "CLASSES", "preview: only these classes: names or numbers, with commas" },
    [SEED] = { "seed", "N", "preview: picks other images" },
    [AUGMENT] = { "augment", "RECIPE", "preview: with the augmentation of this recipe" },
    { .name = NULL },
};

struct request {
    const char *word[WORDS_MAX]; /* the action and its arguments */
    int words;
    bool json;
    const char *to;
    unsigned options; /* the options given: a bit for each row of the table */
    struct data_import import;
    struct preview_request preview;
};

static bool info(const struct request *r, struct error *e)
{
    const uint64_t in_memory = 1 << 30; /* two passes over the images, but one reading */
    struct telling telling = telling_begin("reading");
    struct source *s = data_archive_prepare(r->word[1], e)
                           ? catalogue_open(r->word[1], NULL, in_memory, telling_progress, &telling, e)
                           : NULL;

    telling_end(&telling);
    bool fine = s && data_info_print(s, r->json, e);
    source_close(s);
    return fine;
}

static bool import(const struct request *r, struct error *e)
{
    return data_import_run(&r->import, r->word[1], r->word[2], e);
}

static bool preview(const struct request *r, struct error *e)
{
    struct telling telling = telling_begin("reading");

    if (!r->preview.out)
        return error_set(e, ERROR_USAGE, "say where to write the picture: --out FILE");
    if (!data_archive_prepare(r->word[1], e))
        return false;
    interrupt_begin();
    bool written = data_preview(r->word[1], &r->preview, telling_progress, &telling, e);
    telling_end(&telling);
    return written;
}

static void print_entry(const struct catalogue_entry *entry)
{
    const struct dataset_info *known = &entry->info;
    char name[sizeof entry->name], problem[sizeof entry->problem], shape[32] = "";

    text_sanitise(name, sizeof name, entry->name);
    text_sanitise(problem, sizeof problem, entry->problem);
    if (!entry->readable) {
        printf("%-20s not readable: %s\n", name, problem);
        return;
    }
    text_append(shape, sizeof shape, "%dx%dx%d", known->height, known->width, known->channels);
    printf("%-20s %-11s %4d classes %8u + %u images  %s\n", name, shape, known->classes, known->count[SPLIT_TRAIN],
           known->count[SPLIT_TEST], entry->path[0] ? known->format : "built in");
}

static json_t *entry_json(const struct catalogue_entry *entry)
{
    const struct dataset_info *known = &entry->info;
    json_t *name = json_out_text(entry->name);

    if (!entry->readable)
        return json_pack("{s:o, s:b, s:o}", "name", name, "readable", 0, "problem", json_out_text(entry->problem));
    return json_pack("{s:o, s:b, s:s, s:i, s:i, s:i, s:i, s:{s:I, s:I}}", "name", name, "readable", 1, "format",
                     known->format, "height", known->height, "width", known->width, "channels", known->channels,
                     "classes", known->classes, "images", "train", (json_int_t)known->count[SPLIT_TRAIN], "test",
                     (json_int_t)known->count[SPLIT_TEST]);
}

static bool print_entry_json(const struct catalogue_entry *entry, bool first)
{
    json_t *object = entry_json(entry);
    char *text = json_text(object, JSON_INDENT(2));
    bool fine = text && fputs(first ? "[\n" : ",\n", stdout) != EOF && fputs(text, stdout) != EOF;

    json_decref(object);
    free(text);
    return fine;
}

/* Each as soon as it has been looked at: the next one may take its time. */
static bool print_found(struct catalogue_entry *entry, bool json, bool first)
{
    bool fine = true;

    inspect_entry(entry);
    if (json)
        fine = print_entry_json(entry, first);
    else
        print_entry(entry);
    return fflush(stdout) == 0 && fine;
}

static bool list(const struct request *r, struct error *e)
{
    struct catalogue c;
    bool fine = true;

    if (!catalogue_list(&c, e))
        return false;
    for (int i = 0; fine && i < c.count; i++)
        fine = print_found(&c.entries[i], r->json, i == 0);
    catalogue_free(&c);
    if (fine && r->json)
        fine = fputs("\n]\n", stdout) != EOF;
    return fine || error_set(e, ERROR_IO, "cannot print the data sets");
}

static bool fetch(const struct request *r, struct error *e)
{
    if (r->words > 1 && r->json)
        return error_set(e, ERROR_USAGE, "fetch NAME has no option --json; see --help");
    return r->words > 1 ? data_fetch_run(r->word[1], r->to, e) : data_fetch_list(r->json, e);
}

static const struct action {
    const char *name, *arguments;
    int words, least; /* of the name and its arguments, at most and at least */
    unsigned options; /* it accepts: a bit for each row of the table */
    bool (*run)(const struct request *r, struct error *e);
} actions[] = {
    { "info", " PATH", 2, 2, 1U << JSON, info },
    { "import", " SOURCE FILE.h5", 3, 3, (2U << TEST) - (1U << AS), import },
    { "list", "", 1, 1, 1U << JSON, list },
    { "fetch", " [NAME]", 2, 1, 1U << JSON | 1U << TO, fetch },
    { "preview", " PATH --out FILE", 2, 2,
      1U << OUT | 1U << PER_CLASS | 1U << CLASSES | 1U << SEED | 1U << AUGMENT, preview },
};

static bool check_options(const struct action *action, unsigned given, struct error *e)
{
    for (int i = 0; options[i].name; i++)
        if (given & ~action->options & 1U << i)
            return error_set(e, ERROR_USAGE, "%s has no option --%s; see --help", action->name, options[i].name);
    return true;
}

static bool run_action(const struct request *r, struct error *e)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        const struct action *action = &actions[i];

        if (r->words == 0 || strcmp(r->word[0], action->name) != 0)
            continue;
        if (r->words > action->words)
            return options_surplus(r->word[action->words], e);
        if (r->words < action->least)
            return error_set(e, ERROR_USAGE, "usage: cuvette data %s%s", action->name, action->arguments);
        return check_options(action, r->options, e) && action->run(r, e);
    }
    return error_set(e, ERROR_USAGE, "say what to do: info, import, list, fetch or preview");
}

static bool take_limit(uint32_t *limit, const char *name, const char *value, struct error *e)
{
    int64_t number;

    if (!text_to_int64(value, &number) || number < 1 || number > INT32_MAX)
        return error_set(e, ERROR_USAGE, "--%s needs a number of images, at least 1, not '%.64s'", name, value);
    *limit = (uint32_t)number;
    return true;
}

static bool take_seed(uint64_t *seed, const char *value, struct error *e)
{
    int64_t number;

    if (!text_to_int64(value, &number) || number < 0)
        return error_set(e, ERROR_USAGE, "--seed needs a whole number, at least 0, not '%.64s'", value);
    *seed = (uint64_t)number;
    return true;
}

static bool take_word(struct request *r, const char *word, struct error *e)
{
    if (r->words == WORDS_MAX)
        return options_surplus(word, e);
    r->word[r->words++] = word;
    return true;
}

static bool run(int argc, char **argv, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    struct request r = { 0 };
    const char *value;

    for (int option; (option = options_next(&words, &value, e)) != OPTIONS_END;) {
        bool taken = false;

        switch (option) {
        case JSON:
            r.json = taken = true;
            break;
        case TO:
            r.to = value;
            taken = true;
            break;
        case OUT:
            r.preview.out = value;
            taken = true;
            break;
        case PER_CLASS:
            taken = take_limit(&r.preview.each, options[option].name, value, e);
            break;
        case CLASSES:
            r.preview.classes = value;
            taken = true;
            break;
        case AUGMENT:
            r.preview.augment = value;
            taken = true;
            break;
        case SEED:
            taken = take_seed(&r.preview.seed, value, e);
            break;
        case OPTIONS_WORD:
            taken = take_word(&r, value, e);
            break;
        case OPTIONS_ERROR:
            break;
        default:
            taken = data_import_option(&r.import, options[option].name, value, e);
            break;
        }
        if (!taken)
            return false;
        if (option >= 0)
            r.options |= 1U << option;
    }
    return run_action(&r, e);
}

static void print_formats(FILE *out)
{
    for (int i = 0; source_classes[i]; i++)
        fprintf(out, "  %-8s %s\n", source_classes[i]->name, source_classes[i]->help);
}

COMMAND(data) = {
    .name = "data",
    .arguments = "info PATH | import SOURCE FILE.h5 | list | fetch [OFFER] | preview PATH [OPTION...]",
    .help = "show what a data set holds, fetch one, or write one as HDF5",
    .details = "info shows counts, shape, classes and their balance; import writes one HDF5\n"
               "file, photographs as they are and pixels in the layout of the Keras lessons;\n"
               "list shows the data sets that have a name; fetch gets one from its servers, or\n"
               "lists those that it can get; preview writes a picture of some images of each\n"
               "class. PATH and SOURCE are such a name, or the path of one of these:",
    .print_more = print_formats,
    .options = options,
    .run = run,
};
