#include "cli/inspect_grid.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "data/preview.h"
#include "plot/image_grid.h"

enum { RGB = 3 };

struct grid {
    const struct run_inspection *found;
    int n;
    uint32_t *chosen; /* positions in the predictions */
    struct preview_size size;
    uint8_t *rgb;     /* [n][size.height][size.width][3] */
    uint32_t *index;  /* [n] in the split */
    bool *broken;     /* [n] */
    struct image_grid_class *images; /* [n] */
};

static void grid_free(struct grid *g)
{
    free(g->chosen);
    free(g->rgb);
    free(g->index);
    free(g->broken);
    free(g->images);
}

static bool choose(struct grid *g, enum ranking ranking, int each, struct error *e)
{
    const struct predictions *p = &g->found->result.predictions;

    g->chosen = memory_new(p->n, sizeof *g->chosen, e);
    if (!g->chosen)
        return false;
    g->n = (int)uint32_min(ranking_make(p, ranking, RANKING_ANY, RANKING_ANY, g->chosen), (uint32_t)each);
    g->size = preview_size(&g->found->info, image_grid_side(g->n));

    const size_t bytes = (size_t)g->size.height * (size_t)g->size.width * RGB, n = (size_t)int_max(g->n, 1);

    g->rgb = memory_new(n, bytes, e);
    g->index = memory_new(n, sizeof *g->index, e);
    g->broken = memory_new(n, sizeof *g->broken, e);
    g->images = memory_new(n, sizeof *g->images, e);
    return g->rgb && g->index && g->broken && g->images;
}

/* "cat, not dog" and how sure it was. */
static void describe_image(const struct grid *g, int position)
{
    const struct predictions *p = &g->found->result.predictions;
    const uint32_t i = g->chosen[position];
    const int label = p->label[i], answer = predictions_class(p, i);
    struct image_grid_class *image = &g->images[position];
    char name[CLASS_NAME_SIZE];

    image->n = 1;
    image->rgb = g->rgb + (size_t)position * (size_t)g->size.height * (size_t)g->size.width * RGB;
    image->marked = answer != label;
    network_class_name(&g->found->network, answer, name, sizeof name);
    text_append(image->title, sizeof image->title, "%s", name);
    if (answer != label) {
        network_class_name(&g->found->network, label, name, sizeof name);
        text_append(image->title, sizeof image->title, ", not %s", name);
    }
    text_append(image->note, sizeof image->note, "%.0f %%%s", (double)predictions_confidence(p, i) * 100,
                g->broken[position] ? ", cannot be read" : "");
}

static bool read_images(struct grid *g, struct error *e)
{
    const struct predictions *p = &g->found->result.predictions;

    for (int i = 0; i < g->n; i++)
        g->index[i] = p->index[g->chosen[i]];
    if (!preview_read(g->found->source, g->found->split, g->index, g->n, NULL, g->size, g->rgb, g->broken, e))
        return false;
    for (int i = 0; i < g->n; i++)
        describe_image(g, i);
    return true;
}

static bool write(const struct grid *g, enum ranking ranking, const char *path, struct error *e)
{
    const struct run_inspection *r = g->found;
    const uint32_t n = r->result.predictions.n;
    struct image_grid grid = { .height = g->size.height, .width = g->size.width, .each = 1, .n_classes = g->n,
                               .classes = g->images };
    char date[32];

    text_append(grid.title, sizeof grid.title, "%s on %s", r->network.header.recipe.name, r->info.name);
    text_append(grid.subtitle, sizeof grid.subtitle,
                "%s: %d of %u %s · answer and confidence; wrong answers have a frame",
                ranking_labels[ranking], g->n, n, inspect_run_images(r));
    clock_date(date, sizeof date);
    text_append(grid.footer, sizeof grid.footer, "%s · cuvette %s", date, CUVETTE_VERSION);
    return image_grid_write(&grid, path, e);
}

bool inspect_grid(const struct run_inspection *r, enum ranking ranking, int each, const char *path, struct error *e)
{
    struct grid g = { .found = r };
    bool written = choose(&g, ranking, each, e);

    if (written && g.n == 0)
        written = error_set(e, ERROR_INPUT, "there is no image to draw: no answer is wrong, or --images is 0");
    written = written && read_images(&g, e) && write(&g, ranking, path, e);
    grid_free(&g);
    return written;
}
