#include "run/figures/comparison_figure.h"

#include "base/clock.h"
#include "base/text.h"
#include "base/version.h"
#include "plot/chart_page.h"

const struct comparison_figure_class *const comparison_figures[COMPARISON_FIGURE_COUNT] = {
#define FIGURE(position, name) [COMPARISON_##position] = &comparison_figure_##name,
    COMPARISON_FIGURES(FIGURE)
#undef FIGURE
};

bool comparison_figure_make(enum comparison_figure position, const struct comparison_data *d, struct figure *out,
                            struct error *e)
{
    const struct comparison_figure_class *class = comparison_figures[position];

    *out = (struct figure){ 0 };
    if (class->make(class, d, out, e))
        return true;
    figure_free(out);
    return false;
}

void comparison_figure_describe(const struct comparison_data *d, struct chart_texts *out)
{
    const struct comparison *c = d->comparison;
    char date[32];

    if (c->folder[0])
        text_append(out->title, sizeof out->title, "%s on %s, %d runs", c->recipe.name,
                    path_name(c->recipe.data.dataset), c->count);
    else
        text_append(out->title, sizeof out->title, "%d runs", c->count);
    text_append(out->subtitle, sizeof out->subtitle, "%s", d->table->verdict);
    clock_date(date, sizeof date);
    text_append(out->footer, sizeof out->footer, "%s · cuvette %s", date, CUVETTE_VERSION);
}
