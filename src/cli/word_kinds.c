#include "cli/word_kinds.h"

#include <dirent.h>
#include <string.h>

#include "base/path.h"
#include "base/text.h"
#include "batch/batch_job.h"
#include "cli/command.h"
#include "data/catalogue.h"
#include "fetch/offer.h"
#include "host/cores.h"
#include "host/job.h"
#include "nn/recipe/pixels.h"
#include "nn/recipe/recipe_file.h"
#include "run/compare/comparison_file.h"
#include "run/figures/figure.h"
#include "run/run_list.h"

void word_begun_add(struct word_begun *w, const char *word, const char *help)
{
    char clean[512];

    if (strncmp(word, w->typed, strlen(w->typed)) != 0)
        return;
    text_sanitise(clean, sizeof clean, word);
    if (strcmp(clean, word) != 0) /* no shell could type it */
        return;
    text_sanitise(clean, sizeof clean, help);
    fprintf(w->out, "%s%s\t%s\n", w->before, word, clean);
    w->printed++;
}

void word_begun_add_files(struct word_begun *w, const char *endings)
{
    fprintf(w->out, ":files%s%s\n", endings[0] ? " " : "", endings);
    w->printed++;
}

void word_begun_add_folders(struct word_begun *w)
{
    fputs(":folders\n", w->out);
    w->printed++;
}

void word_kind_print(const struct word_kind *kind, struct word_begun *w)
{
    if (kind->files)
        word_begun_add_files(w, kind->files);
    if (kind->folders)
        word_begun_add_folders(w);
    if (kind->print)
        kind->print(w);
}

/* Of a list with commas the last part is typed; `before` is what stands before that, of `size` bytes. */
static struct word_begun last_part(const struct word_begun *w, char *before, size_t size)
{
    const char *comma = strrchr(w->typed, ',');
    const char *typed = comma ? comma + 1 : w->typed;
    struct word_begun part = *w;

    text_copy(before, size, w->before);
    text_append(before, size, "%.*s", (int)(typed - w->typed), w->typed);
    part.before = before;
    part.typed = typed;
    return part;
}

static void print_list(struct word_begun *w, void (*print)(struct word_begun *w))
{
    char before[PATH_SIZE];
    struct word_begun part = last_part(w, before, sizeof before);

    print(&part);
    w->printed = part.printed;
}

static void print_recipes(struct word_begun *w)
{
    for (int i = 0; recipe_preset_name(i); i++)
        word_begun_add(w, recipe_preset_name(i), "preset");
}

static void print_runs(struct word_begun *w)
{
    struct run_list_folders found;
    struct error ignored;

    if (!run_list_folders(&found, NULL, &ignored))
        return;
    for (int i = 0; i < found.count; i++)
        word_begun_add(w, path_name(found.paths[i]), "run");
    run_list_free_folders(&found);
}

static void print_comparisons(struct word_begun *w)
{
    enum { SHOWN_MOST = 50 };
    char names[SHOWN_MOST][COMPARISON_NAME_SIZE];
    int count = comparison_list(names, SHOWN_MOST);

    for (int i = 0; i < count; i++)
        word_begun_add(w, names[i], "comparison");
}

/* Those that are here: what can be fetched is not yet. */
static void print_datasets(struct word_begun *w)
{
    struct catalogue c = { .count = 0 };
    struct error ignored;

    if (catalogue_list(&c, &ignored))
        for (int i = 0; i < c.count; i++)
            word_begun_add(w, c.entries[i].name, "data set");
    catalogue_free(&c);
}

static void print_offers(struct word_begun *w)
{
    struct offers o = { .count = 0 };
    struct error ignored;

    offers_read(&o, &ignored);
    for (int i = 0; i < o.count; i++)
        word_begun_add(w, o.entries[i].name, o.entries[i].help);
    offers_free(&o);
}

/* As many as the kernel's driver has a folder for: NVIDIA's own libraries take a second to say it. */
static int count_gpus(void)
{
    DIR *folder = opendir("/proc/driver/nvidia/gpus");
    const struct dirent *entry;
    int count = 0;

    while (folder && (entry = readdir(folder)))
        count += entry->d_name[0] != '.';
    if (folder)
        closedir(folder);
    return count;
}

static void print_devices(struct word_begun *w)
{
    struct job job;
    char word[32];

    job_read(&job);
    word_begun_add(w, "cpu", "as many threads as cores are allotted");
    for (int n = 1, usable = cores_count().usable; n < usable; n *= 2) {
        snprintf(word, sizeof word, "cpu:%d", n);
        word_begun_add(w, word, n == 1 ? "1 thread" : "threads");
    }
    for (int r = 2, usable = cores_count().usable; r <= usable; r *= 2) {
        snprintf(word, sizeof word, "cpu:%dx%d", r, usable / r);
        word_begun_add(w, word, "replicas of so many threads each");
    }

    const int gpus = job.gpus_bound >= 0 ? job.gpus_bound : count_gpus();

    for (int i = 0; i < gpus; i++) {
        snprintf(word, sizeof word, "cuda:%d", i);
        word_begun_add(w, word, "GPU");
    }
    for (int n = 2; n < gpus; n *= 2) {
        snprintf(word, sizeof word, "cuda:0-%d", n - 1);
        word_begun_add(w, word, "GPUs together");
    }
    if (gpus > 1)
        word_begun_add(w, "cuda:all", "all GPUs together");
}

static void print_device_list(struct word_begun *w)
{
    print_list(w, print_devices);
}

static void print_figures(struct word_begun *w)
{
    for (int i = 0; i < FIGURE_COUNT; i++)
        word_begun_add(w, figure_name((enum figure_position)i), figure_help((enum figure_position)i));
    word_begun_add(w, "all", "all that have something to show");
}

static void print_figure_list(struct word_begun *w)
{
    print_list(w, print_figures);
}

static void print_formats(struct word_begun *w)
{
#define FORMAT_ROW(position, name, help) word_begun_add(w, #name, help);
    PICTURE_FORMATS(FORMAT_ROW)
#undef FORMAT_ROW
}

static void print_format_list(struct word_begun *w)
{
    print_list(w, print_formats);
}

static void print_pixels(struct word_begun *w)
{
#define PIXELS_ROW(kind, words, help) word_begun_add(w, words, help);
    PIXELS(PIXELS_ROW)
#undef PIXELS_ROW
}

static void print_mpi(struct word_begun *w)
{
#define MPI_ROW(kind, name, family) word_begun_add(w, #name, "with " family);
    BATCH_MPI(MPI_ROW)
#undef MPI_ROW
}

static void print_commands(struct word_begun *w)
{
    for (int i = 0; commands[i]; i++)
        word_begun_add(w, commands[i]->name, commands[i]->help);
}

static void print_keys(struct word_begun *w)
{
    for (int s = 0; s < RECIPE_SECTION_COUNT; s++)
        for (int i = 0; i < recipe_sections[s].fields->count; i++) {
            const struct field *f = &recipe_sections[s].fields->fields[i];
            char word[128];

            snprintf(word, sizeof word, "%s.%s=", recipe_sections[s].name, f->name);
            word_begun_add(w, word, f->help);
        }
}

/* Of "section.key", which it is set to in *section; NULL where there is none. */
static const struct field *find_key(const char *name, size_t length, const struct recipe_section **section)
{
    char word[128];

    for (int s = 0; s < RECIPE_SECTION_COUNT; s++)
        for (int i = 0; i < recipe_sections[s].fields->count; i++) {
            const struct field *f = &recipe_sections[s].fields->fields[i];

            snprintf(word, sizeof word, "%s.%s", recipe_sections[s].name, f->name);
            *section = &recipe_sections[s];
            if (strlen(word) == length && memcmp(word, name, length) == 0)
                return f;
        }
    return NULL;
}

static void print_weights(struct word_begun *w)
{
    struct offers o = { .count = 0 };
    struct error ignored;

    offers_read(&o, &ignored);
    for (int i = 0; i < o.count; i++)
        if (offer_is_weights(o.entries[i].name))
            word_begun_add(w, path_name(o.entries[i].name), o.entries[i].help);
    offers_free(&o);
}

/* What texts of a recipe can be. */
static const struct {
    const char *key;
    void (*print)(struct word_begun *w);
} known_texts[] = { { "dataset", print_datasets }, { "device", print_devices }, { "weights", print_weights } };

static void print_text_values(struct word_begun *w, const struct field *f)
{
    if (f->is_path)
        word_begun_add_files(w, "");
    for (size_t i = 0; i < sizeof known_texts / sizeof *known_texts; i++)
        if (strcmp(known_texts[i].key, f->name) == 0)
            known_texts[i].print(w);
}

/* The preset, and what else it can be. */
static void print_number(struct word_begun *w, const struct recipe_section *section, const struct field *f)
{
    struct recipe presets;
    char preset[64], range[256];

    recipe_preset(&presets);
    field_format(f, recipe_settings(&presets, section), preset, sizeof preset);
    field_range(f, range, sizeof range);
    word_begun_add(w, preset, range);
}

static void print_values(struct word_begun *w, const struct recipe_section *section, const struct field *f)
{
    switch (f->kind) {
    case FIELD_TEXT:
        print_text_values(w, f);
        break;
    case FIELD_CHOICE:
        for (int i = 0; f->choices[i]; i++)
            word_begun_add(w, f->choices[i], "");
        break;
    case FIELD_SWITCH:
        word_begun_add(w, "yes", "");
        word_begun_add(w, "no", "");
        break;
    case FIELD_INTEGER:
    case FIELD_REAL:
    case FIELD_BYTES:
        print_number(w, section, f);
        break;
    }
}

/* "training.batch=32": keys up to the sign, values behind it, with commas where several are asked for. */
static void print_settings(struct word_begun *w)
{
    const char *sign = strchr(w->typed, '=');
    const struct recipe_section *section;
    const struct field *f = sign ? find_key(w->typed, (size_t)(sign - w->typed), &section) : NULL;
    char before[PATH_SIZE], before_part[PATH_SIZE];

    if (!sign) {
        print_keys(w);
    } else if (f) {
        struct word_begun part = *w;

        snprintf(before, sizeof before, "%s%.*s", w->before, (int)(sign + 1 - w->typed), w->typed);
        part.before = before;
        part.typed = sign + 1;
        part = last_part(&part, before_part, sizeof before_part);
        print_values(&part, section, f);
        w->printed = part.printed;
    }
}

static const struct word_kind kinds[] = {
    { "RECIPE", print_recipes, .files = ".ini" },
    { "RUN", print_runs, .folders = true },
    { "COMPARISON", print_comparisons, .folders = true },
    { "MODEL", NULL, .files = ".h5 .keras .safetensors .onnx" },
    { "PATH", print_datasets, .files = "" },
    { "SOURCE", print_datasets, .files = "" },
    { "OFFER", print_offers },
    { "IMAGE", NULL, .files = ".jpg .jpeg .png .JPG .JPEG .PNG" },
    { "FILE", NULL, .files = "" },
    { "FILE.h5", NULL, .files = ".h5" },
    { "TO", NULL, .files = ".h5 .keras .safetensors .onnx" },
    { "DIR", NULL, .folders = true },
    { "COMMAND", print_commands },
    { "cpu|cpu:N|cpu:RxN|cuda:N|cuda:N-M", print_devices },
    { "DEVICES", print_device_list },
    { "CHARTS", print_figure_list },
    { "FORMATS", print_format_list },
    { "RANGE", print_pixels },
    { "pmix|pmi2", print_mpi },
    { "SECTION.KEY=VALUE", print_settings },
    { "SECTION.KEY=V1,V2", print_settings },
    { "KEY=V1,V2", print_settings },
    /* What nobody can guess. */
    { "N" },
    { "NAME" },
    { "FILTER" },
    { "CLASSES" },
    { "TIME" },
    { "SECONDS" },
    { "BYTES" },
    { "CMD" },
    { "WxH" },
    { "HxWxC" },
    { "1-100" },
    { "[TYPE:]N" },
};

const struct word_kind *word_kind_find(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].name) == length && memcmp(kinds[i].name, name, length) == 0)
            return &kinds[i];
    return NULL;
}
