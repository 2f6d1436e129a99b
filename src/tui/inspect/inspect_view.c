#include "tui/inspect/inspect_view.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/draw/shapes.h"
#include "tui/inspect/inspect_images.h"
#include "tui/inspect/inspect_lists.h"
#include "tui/inspect/inspect_matrix.h"

enum { FRAME = 2 };

static const struct {
    char key;
    const char *title;
} pages[INSPECT_PAGE_COUNT] = {
#define PAGE(page, letter, heading) [INSPECT_##page] = { letter, heading },
    INSPECT_PAGES(PAGE)
#undef PAGE
};

static const char ranking_keys[RANKING_COUNT] = {
    [RANKING_WORST] = 'w', [RANKING_UNSURE] = 'u', [RANKING_ORDER] = 'o'
};

/* "model.h5, 1000 test images: 95.1 %, top-5 99.8 %" */
static void write_head(const struct run_inspection *found, char *out, size_t size)
{
    const struct predictions *p = &found->result.predictions;

    snprintf(out, size, "%s, %u %s: %.1f %% right", network_file(&found->network), p->n, inspect_run_images(found),
             100 * predictions_accuracy(p, 1));
    if (found->confusion.classes > PREDICTIONS_TOP)
        text_append(out, size, ", top-5 %.1f %%", 100 * predictions_accuracy(p, PREDICTIONS_TOP));
    if (found->result.unreadable > 0)
        text_append(out, size, ", %u cannot be read", found->result.unreadable);
}

static void draw_page(struct canvas *c, const struct inspect_dialog *d, const struct app *app)
{
    const struct findings *f = &app->findings;

    switch (d->page) {
    case INSPECT_MATRIX:
        inspect_matrix_draw(c, d, f);
        break;
    case INSPECT_PAIRS:
        inspect_lists_pairs(c, d, f);
        break;
    case INSPECT_CLASSES:
        inspect_lists_classes(c, d, f);
        break;
    case INSPECT_TRUST:
        inspect_lists_trust(c, f);
        break;
    default:
        inspect_images_draw(c, d, app);
    }
}

static void write_title(const struct inspect_dialog *d, const struct findings *f, char *out, size_t size)
{
    char page[160];

    text_copy(out, size, d->dialog.title);
    if (!f->found)
        return;
    text_copy(page, sizeof page, pages[d->page].title);
    if (d->page == INSPECT_IMAGES)
        inspect_images_title(d, f, page, sizeof page);
    text_append(out, size, ": %s", page);
}

static void draw(const struct dialog *dialog, struct canvas *c, const struct app *app)
{
    const struct inspect_dialog *d = (const struct inspect_dialog *)dialog;
    const struct findings *f = &app->findings;
    char title[256], head[160];

    write_title(d, f, title, sizeof title);

    struct canvas inside = shape_box(c, title, true);

    if (f->error.kind != ERROR_NONE) {
        canvas_paragraph(&inside, 0, ROLE_BAD, f->error.text);
    } else if (!f->found) {
        canvas_format(&inside, 0, 0, ROLE_DIM, "looking at images: %d %%", findings_percent(f));
    } else {
        write_head(f->found, head, sizeof head);
        canvas_text(&inside, 0, 0, ROLE_NORMAL, head);

        struct canvas page = canvas_part(&inside, (struct rectangle){ 1, 0, inside.clip.rows - 1,
                                                                      inside.clip.columns });
        draw_page(&page, d, app);
    }
}

static void show_images(struct inspect_dialog *d, struct app *app, enum ranking ranking, int label, int answer)
{
    if (d->page != INSPECT_IMAGES)
        d->before = d->page;
    d->page = INSPECT_IMAGES;
    d->ranking = ranking;
    d->of_label = label;
    d->of_answer = answer;
    d->first = 0;
    findings_rank(&app->findings, ranking, label, answer);
}

static int page_rows(const struct app *app)
{
    return dialog_room(app).rows - FRAME - 1;
}

static int key_of_matrix(struct inspect_dialog *d, struct app *app, int key)
{
    const int classes = app->findings.found->confusion.classes;
    const int to = keys_move(d->label, classes, inspect_matrix_page(page_rows(app)), key);

    if (to >= 0)
        d->label = to;
    else if (key == KEYCODE_LEFT || key == KEYCODE_RIGHT)
        d->answer = int_clamp(d->answer + (key == KEYCODE_RIGHT ? 1 : -1), 0, classes - 1);
    else if (key == 'p')
        d->percent = !d->percent;
    else if (key == KEYCODE_ENTER)
        show_images(d, app, d->label == d->answer ? RANKING_UNSURE : RANKING_WORST, d->label, d->answer);
    else
        return REACTION_NONE;
    return REACTION_HANDLED;
}

static int key_of_pairs(struct inspect_dialog *d, struct app *app, int key)
{
    const struct findings *f = &app->findings;
    const int to = keys_move(d->pair, f->n_pairs, inspect_lists_page(page_rows(app)), key);

    if (to >= 0)
        d->pair = to;
    else if (key == KEYCODE_ENTER && f->n_pairs > 0)
        show_images(d, app, RANKING_WORST, f->pairs[d->pair].label, f->pairs[d->pair].answer);
    else
        return REACTION_NONE;
    return REACTION_HANDLED;
}

static int key_of_classes(struct inspect_dialog *d, struct app *app, int key)
{
    const int to = keys_move(d->label, app->findings.found->confusion.classes, inspect_lists_page(page_rows(app)), key);

    if (to < 0)
        return REACTION_NONE;
    d->label = to;
    return REACTION_HANDLED;
}

static int key_of_images(struct inspect_dialog *d, struct app *app, int key)
{
    const uint32_t page = (uint32_t)int_max(app->findings.asked.n, 1);
    const bool later = key == KEYCODE_RIGHT || key == KEYCODE_DOWN || key == KEYCODE_PAGE_DOWN,
               earlier = key == KEYCODE_LEFT || key == KEYCODE_UP || key == KEYCODE_PAGE_UP;

    if (later && d->first + page < app->findings.n_order)
        d->first += page;
    else if (earlier)
        d->first -= uint32_min(page, d->first);
    else if (key == KEYCODE_ESCAPE || key == KEYCODE_BACKSPACE)
        d->page = d->before;
    else if (!later)
        return REACTION_NONE;
    return REACTION_HANDLED;
}

/* Most sets are looked at before a frame without what is found could be drawn. */
static void look(struct app *app, const char *folder)
{
    const double at_once_seconds = 0.1;

    findings_look(&app->findings, folder, live_going(&app->live));
    findings_wait(&app->findings, at_once_seconds);
}

/* The keys of pages and of orders of images, on every page. */
static bool turn(struct inspect_dialog *d, struct app *app, int key)
{
    for (int ranking = 0; ranking < RANKING_COUNT; ranking++)
        if (key == ranking_keys[ranking]) {
            show_images(d, app, (enum ranking)ranking, RANKING_ANY, RANKING_ANY);
            return true;
        }
    for (int page = 0; page < INSPECT_PAGE_COUNT; page++)
        if (key == pages[page].key) {
            d->page = (enum inspect_page)page;
            return true;
        }
    return false;
}

static int key(struct dialog *dialog, struct app *app, int key)
{
    static int (*const keys[INSPECT_PAGE_COUNT])(struct inspect_dialog *d, struct app *app, int key) = {
        [INSPECT_MATRIX] = key_of_matrix, [INSPECT_PAIRS] = key_of_pairs, [INSPECT_CLASSES] = key_of_classes,
        [INSPECT_IMAGES] = key_of_images
    };
    struct inspect_dialog *d = (struct inspect_dialog *)dialog;
    int reaction = REACTION_NONE;

    if (keys_action(key) == ACTION_QUIT || keys_action(key) == ACTION_INSPECT)
        return REACTION_CLOSE;
    if (key == 'r') {
        char folder[PATH_SIZE];

        text_copy(folder, sizeof folder, app->findings.folder);
        look(app, folder);
        d->page = INSPECT_MATRIX;
        return REACTION_HANDLED;
    }
    if (!app->findings.found)
        return REACTION_NONE;
    if (turn(d, app, key))
        reaction = REACTION_HANDLED;
    else if (keys[d->page])
        reaction = keys[d->page](d, app, key);
    inspect_images_ask(d, app);
    return reaction;
}

const struct key_help inspect_view_keys[] = {
    { "Esc q", "close the view", "Close" },
    { "w", "the most wrong images", "Wrong" },
    { "u", "the least sure ones", "Unsure" },
    { "Enter", "images of a cell or line", "Images" },
    { "m", "the confusion matrix", "Matrix" },
    { "c", "most frequent mistakes", "Mistakes" },
    { "t", "a table of the classes", "Table" },
    { "s", "how sure, how often right", "Sure" },
    { "o", "all images in order", NULL },
    { "p", "the matrix in per cent", NULL },
    { "Up/Down", "another row, or images", NULL },
    { "Right/Left", "another column, or images", NULL },
    { "r", "look at the run again", NULL },
    { NULL, NULL, NULL },
};

static void close_view(struct dialog *dialog, struct app *app)
{
    (void)dialog;
    findings_look(&app->findings, NULL, false);
}

static const struct dialog_class view_class = {
    .size = sizeof(struct inspect_dialog),
    .whole = true,
    .keys = inspect_view_keys,
    .draw = draw,
    .key = key,
    .close = close_view,
};

void inspect_view_open(struct app *app, const char *folder)
{
    struct inspect_dialog *d = (struct inspect_dialog *)dialog_open(app, &view_class, path_name(folder), 0, 0);

    if (!d)
        return;
    d->of_label = d->of_answer = RANKING_ANY;
    look(app, folder);
}

void inspect_view_follow(struct app *app)
{
    const struct dialog *d = dialog_find(app, &view_class);

    if (d)
        inspect_images_ask((const struct inspect_dialog *)d, app);
}
