#include "tui/inspect/inspect_images.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/draw/picture.h"

enum { GAP = 2, WORD_ROWS = 2, WIDE = 22 /* columns for the words */, SIDE_LEAST = 8, WANTED = 5, WANTED_NARROW = 1 };

struct grid {
    int columns, rows, wide, high; /* images, and cells of one with its words */
};

static struct grid grid_of(int rows, int columns, struct preview_size size)
{
    struct grid g = { .wide = int_max(size.width, WIDE) + GAP, .high = picture_rows(size.height) + WORD_ROWS };

    g.columns = int_max((columns + GAP) / g.wide, 1);
    g.rows = int_max(rows / g.high, 1);
    return g;
}

static struct rectangle room_of(const struct app *app)
{
    const struct rectangle room = dialog_room(app);

    return (struct rectangle){ 0, 0, room.rows - 3, room.columns - 2 };
}

void inspect_images_ask(const struct inspect_dialog *d, struct app *app)
{
    struct findings *f = &app->findings;
    const struct rectangle room = room_of(app);
    const int wanted = room.columns >= 3 * (WIDE + GAP) - GAP ? WANTED : WANTED_NARROW;

    if (!f->found || d->page != INSPECT_IMAGES)
        return;
    for (int side = SHEET_SIDE_MOST; side >= SIDE_LEAST; side -= 2) {
        const struct preview_size size = preview_size(&f->found->info, side);
        const struct grid g = grid_of(room.rows, room.columns, size);

        if (side > SIDE_LEAST && (g.columns * g.rows < wanted || g.high > room.rows || size.width > room.columns))
            continue;
        findings_ask(f, d->first, g.columns * g.rows, side);
        return;
    }
}

/* "8 → 4", and below how sure that is and the file. */
static void draw_words(struct canvas *c, const struct findings *f, uint32_t at, const char *file, bool broken)
{
    const struct predictions *p = &f->found->result.predictions;
    const int label = p->label[at], answer = predictions_class(p, at);
    char is[CLASS_NAME_SIZE], taken[CLASS_NAME_SIZE], text[2 * CLASS_NAME_SIZE + 32];

    network_class_name(&f->found->network, label, is, sizeof is);
    network_class_name(&f->found->network, answer, taken, sizeof taken);
    if (label == answer)
        snprintf(text, sizeof text, "%s", is);
    else
        snprintf(text, sizeof text, "%s %s %s", is, c->unicode ? "→" : "->", taken);
    canvas_text(c, 0, 0, label == answer ? ROLE_GOOD : ROLE_BAD, text);

    const int used = broken ? canvas_text(c, 1, 0, ROLE_BAD, "broken: ")
                            : canvas_format(c, 1, 0, ROLE_NORMAL, "%.1f %%  ",
                                            100 * (double)predictions_confidence(p, at));

    canvas_text(c, 1, used, ROLE_DIM, canvas_text_width(file) + used <= c->clip.columns ? file : path_name(file));
}

void inspect_images_draw(struct canvas *c, const struct inspect_dialog *d, const struct app *app)
{
    const struct findings *f = &app->findings;
    const struct sheet *sheet = findings_sheet(f);

    if (f->n_order == 0)
        canvas_text(c, 0, 0, ROLE_DIM, "no image of these");
    else if (f->sheet_error.kind != ERROR_NONE)
        canvas_paragraph(c, 0, ROLE_BAD, f->sheet_error.text);
    else if (!sheet)
        canvas_text(c, 0, 0, ROLE_DIM, "reading …");
    if (!sheet || f->n_order == 0)
        return;

    const struct grid g = grid_of(c->clip.rows, c->clip.columns, sheet->size);
    const size_t bytes = (size_t)sheet->size.height * (size_t)sheet->size.width * 3;

    for (int i = 0; i < sheet->n && i < g.columns * g.rows && d->first + (uint32_t)i < f->n_order; i++) {
        const int row = i / g.columns * g.high, column = i % g.columns * g.wide;
        struct canvas words = canvas_part(
            c, (struct rectangle){ row + g.high - WORD_ROWS, column, WORD_ROWS, g.wide - GAP });

        picture_draw(c, row, column, sheet->rgb + (size_t)i * bytes, sheet->size.height, sheet->size.width);
        draw_words(&words, f, f->order[d->first + (uint32_t)i], sheet->names[i], sheet->broken[i]);
    }
}

void inspect_images_title(const struct inspect_dialog *d, const struct findings *f, char *out, size_t size)
{
    char label[CLASS_NAME_SIZE], answer[CLASS_NAME_SIZE];

    snprintf(out, size, "%s", ranking_labels[d->ranking]);
    if (d->of_label != RANKING_ANY) {
        network_class_name(&f->found->network, d->of_label, label, sizeof label);
        network_class_name(&f->found->network, d->of_answer, answer, sizeof answer);
        snprintf(out, size, "%s taken for %s", label, answer);
    }
    if (f->n_order > 0)
        text_append(out, size, ": %u to %u of %u", d->first + 1,
                    uint32_min(d->first + (uint32_t)f->asked.n, f->n_order), f->n_order);
}
