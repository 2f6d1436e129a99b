#include "cli/data_preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "base/version.h"
#include "nn/recipe/augmentation.h"
#include "nn/recipe/recipe_file.h"
#include "nn/train/recipe_images.h"
#include "plot/image_grid.h"
#include "plot/picture.h"
#include "run/augmented_images.h"

/* Under way from a source to a picture. */
struct preview {
    struct source *source;
    struct dataset_info info;
    const struct preview_request *request;
    bool (*progress)(void *context, double done);
    void *context;
    bool augmented;
    struct augmented_preview first; /* step of training */
    int each, n_classes;
    int *classes;                     /* [n_classes] those that are shown */
    int32_t *labels;                  /* [count] */
    uint32_t *index, *of_class;       /* [all classes][each], [all classes] */
    struct preview_size size;
    uint8_t *rgb;                     /* [n_classes][each][size.height][size.width][3] */
    struct image_grid_class *blocks;  /* [n_classes] */
};

enum { RGB = 3, EACH_MOST = 1000 };

static void preview_free(struct preview *p)
{
    source_close(p->source);
    free(p->classes);
    free(p->labels);
    free(p->index);
    free(p->of_class);
    free(p->rgb);
    free(p->blocks);
}

/* By its name or its number; -1 with an error. */
static int find_class(const struct dataset_info *info, const char *word, struct error *e)
{
    struct suggestion likeliest = suggestion_begin(word);
    char name[CLASS_NAME_SIZE], words[128] = "";
    int64_t number;

    for (int i = 0; i < info->classes; i++) {
        source_class_name(info, i, name, sizeof name);
        if (strcmp(name, word) == 0)
            return i;
        suggestion_consider(&likeliest, name);
    }
    if (text_to_int64(word, &number) && number >= 0 && number < info->classes)
        return (int)number;
    suggestion_append(&likeliest, "", words, sizeof words);
    error_set(e, ERROR_USAGE, "there is no class %.64s%s It takes names, or numbers from 0 to %d", word,
              words[0] ? words : ".", info->classes - 1);
    return -1;
}

static bool add_class(struct preview *p, const char *word, struct error *e)
{
    int class = find_class(&p->info, word, e);

    for (int i = 0; i < p->n_classes; i++)
        if (p->classes[i] == class)
            return true;
    if (class >= 0)
        p->classes[p->n_classes++] = class;
    return class >= 0;
}

static bool choose_classes(struct preview *p, struct error *e)
{
    char *words = p->request->classes ? strdup(p->request->classes) : NULL, *rest = words, *word;
    bool good = true;

    p->classes = memory_new((size_t)p->info.classes, sizeof *p->classes, e);
    if (!p->classes || (p->request->classes && !words)) {
        free(words);
        return error_set(e, ERROR_MEMORY, "not enough memory for the classes");
    }
    while (good && (word = strsep(&rest, ",")))
        good = add_class(p, text_trim(word), e);
    for (int i = 0; !words && i < p->info.classes; i++)
        p->classes[p->n_classes++] = i;
    free(words);
    return good;
}

static int usual_each(int classes)
{
    return classes <= 12 ? 10 : classes <= 100 ? 5 : 2;
}

static bool pick(struct preview *p, struct error *e)
{
    const uint32_t count = p->info.count[SPLIT_TRAIN];
    const int classes = p->info.classes;

    p->each = p->request->each > 0 ? (int)uint32_min(p->request->each, EACH_MOST) : usual_each(p->n_classes);
    if (p->request->each > EACH_MOST)
        return error_set(e, ERROR_USAGE, "--per-class takes at most %d", EACH_MOST);
    p->labels = memory_new(count, sizeof *p->labels, e);
    p->index = p->labels ? memory_new((size_t)classes * (size_t)p->each, sizeof *p->index, e) : NULL;
    p->of_class = p->index ? memory_new((size_t)classes, sizeof *p->of_class, e) : NULL;
    if (!p->of_class || !source_labels(p->source, SPLIT_TRAIN, p->labels, p->progress, p->context, e))
        return false;
    preview_pick(p->labels, count, classes, p->each, p->request->seed, p->index, p->of_class);
    return true;
}

/* Reads a block's images, and leaves out those that are broken. */
static bool read_block(struct preview *p, struct image_grid_class *block, const uint32_t *index, struct error *e)
{
    const size_t bytes = (size_t)p->size.height * (size_t)p->size.width * RGB;
    uint8_t *rgb = (uint8_t *)block->rgb;
    const struct preview_change change = augmented_images_change(&p->first);
    bool broken[EACH_MOST];
    int good = 0;

    if (!preview_read(p->source, SPLIT_TRAIN, index, block->n, p->augmented ? &change : NULL, p->size,
                      rgb, broken, e))
        return false;
    for (int i = 0; i < block->n; i++)
        if (!broken[i])
            memmove(rgb + (size_t)good++ * bytes, rgb + (size_t)i * bytes, bytes);
    block->n = good;
    return true;
}

/* One class after the other. */
static bool read(struct preview *p, struct error *e)
{
    const size_t bytes = (size_t)p->each * (size_t)p->size.height * (size_t)p->size.width * RGB;
    bool good = true;

    p->rgb = memory_new((size_t)p->n_classes, bytes, e);
    p->blocks = p->rgb ? memory_new((size_t)p->n_classes, sizeof *p->blocks, e) : NULL;
    good = p->blocks != NULL;
    for (int i = 0; good && i < p->n_classes; i++) {
        struct image_grid_class *block = &p->blocks[i];
        const int class = p->classes[i];

        block->n = (int)uint32_min(p->of_class[class], (uint32_t)p->each);
        block->rgb = p->rgb + (size_t)i * bytes;
        source_class_name(&p->info, class, block->title, sizeof block->title);
        snprintf(block->note, sizeof block->note, "%u image%s", p->of_class[class], p->of_class[class] == 1 ? "" : "s");
        good = read_block(p, block, p->index + (size_t)class * (size_t)p->each, e);
        if (good && p->progress && !p->progress(p->context, (i + 1.0) / p->n_classes))
            good = error_set(e, ERROR_STOPPED, "the preview was stopped");
    }
    return good;
}

static bool write(const struct preview *p, struct error *e)
{
    char words[120] = "";
    struct image_grid grid = { .height = p->size.height, .width = p->size.width, .each = p->each,
                               .n_classes = p->n_classes, .classes = p->blocks };

    text_copy(grid.title, sizeof grid.title, p->info.name);
    snprintf(grid.subtitle, sizeof grid.subtitle, "%u training and %u test images of %d×%d×%d, %d classes",
             p->info.count[SPLIT_TRAIN], p->info.count[SPLIT_TEST], p->info.height, p->info.width, p->info.channels,
             p->info.classes);
    if (p->augmented)
        augmentation_summary(&p->first.recipe.data, words, sizeof words);
    snprintf(grid.footer, sizeof grid.footer, "%straining images%s%s, picked by seed %llu · cuvette " CUVETTE_VERSION,
             p->augmented ? "augmented " : "", words[0] ? ": " : "", words + strspn(words, ", "),
             (unsigned long long)p->request->seed);
    return image_grid_write(&grid, p->request->out, e);
}

/* As it is, or as the recipe wants the images. */
static bool open_source(struct preview *p, const char *name, struct error *e)
{
    const char *recipe = p->request->augment;
    struct source_wish wish = { 0 };

    p->augmented = recipe != NULL;
    p->first.step = 1;
    if (recipe && !recipe_load(&p->first.recipe, recipe, e))
        return false;
    if (recipe)
        wish = recipe_images_wish(&p->first.recipe);
    p->source = catalogue_open(name, &wish, 0, NULL, NULL, e);
    if (p->source)
        source_describe(p->source, &p->info);
    return p->source != NULL;
}

static bool make(struct preview *p, const char *name, struct error *e)
{
    if (!open_source(p, name, e) || !choose_classes(p, e) || !pick(p, e))
        return false;
    p->size = preview_size(&p->info, image_grid_side(p->each * p->n_classes));
    return read(p, e) && write(p, e);
}

bool data_preview(const char *name, const struct preview_request *r, bool (*progress)(void *context, double done),
                  void *context, struct error *e)
{
    struct preview p = { .request = r, .progress = progress, .context = context };
    enum picture_format format;

    if (!picture_format_of(r->out, &format, e)) /* before images are read */
        return false;

    bool made = make(&p, name, e);

    preview_free(&p);
    return made;
}
