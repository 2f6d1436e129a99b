#include "cli/inspect_chart.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "plot/confusion_map.h"

static void describe(const struct run_inspection *r, struct chart_texts *out)
{
    char date[32];

    text_append(out->title, sizeof out->title, "%s on %s", r->network.header.recipe.name, r->info.name);
    text_append(out->subtitle, sizeof out->subtitle, "which classes are taken for which · %u %s",
                r->result.predictions.n, inspect_run_images(r));
    clock_date(date, sizeof date);
    text_append(out->footer, sizeof out->footer, "%s · cuvette %s", date, CUVETTE_VERSION);
}

bool inspect_chart(const struct run_inspection *r, const char *path, struct error *e)
{
    const int classes = r->confusion.classes;
    const struct picture_form form = { .width = CHART_WIDTH, .height = CHART_HEIGHT, .dpi = CHART_DPI };
    enum picture_format format = PICTURE_PNG;
    struct confusion_map map = { .classes = classes, .count = r->confusion.count };
    char(*names)[CLASS_NAME_SIZE] = memory_new((size_t)classes, sizeof *names, e);
    const char **list = names ? memory_new((size_t)classes, sizeof *list, e) : NULL;
    bool written = list && picture_format_of(path, &format, e);

    for (int i = 0; written && i < classes; i++) {
        network_class_name(&r->network, i, names[i], sizeof names[i]);
        list[i] = names[i];
    }
    map.names = list;
    describe(r, &map.texts);
    const struct picture picture = confusion_map_picture(&map);
    written = written && picture_write(&picture, format, &form, path, e);
    free(list);
    free(names);
    return written;
}
