#include "tui/datasets/preview_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "nn/recipe/augmentation.h"
#include "tui/app.h"
#include "tui/datasets/facts.h"
#include "tui/datasets/preview_layout.h"
#include "tui/dialogs/dialog.h"
#include "tui/draw/figures.h"
#include "tui/draw/picture.h"
#include "tui/draw/shapes.h"

struct preview_dialog {
    struct dialog dialog;
    char name[PATH_SIZE]; /* of the data set */
    struct dataset_info info; /* as far as it is known */
    enum split split;
    int class;
    uint32_t first; /* of the class's images: the first on the screen */
    int zoom;       /* a row of `wanted` */
    bool augmented; /* as training sees them */
    int draw;       /* of the augmentation's random numbers */
    bool facts;     /* what is known of the data set has the place of the images, where it has none of its own */
};

/* How many images are wanted at least, on a screen with room and on a narrow one; they are as large as that leaves. */
static const struct {
    int wide, narrow;
} wanted[] = { { 4, 2 }, { 1, 1 }, { 12, 4 } };
enum { ZOOMS = sizeof wanted / sizeof *wanted };

/* So many bytes may cross the link for one screen of images: what it carries in a second, where that is known. */
static int bytes_allowed(const struct app *app)
{
    const double least = 4000, most = 72000, per_byte = app->display.traffic.seconds_a_byte;

    return (int)(app->settings.slow ? least : per_byte > 0 ? fmax(fmin(1 / per_byte, most), least) : most);
}

/* Of two pixels, as photographs take them: their colours, where the last cell had others, and a character. */
static int bytes_a_cell(const struct app *app)
{
    return app->display.colors > 256 ? 38 : app->display.colors > 0 ? 22 : 1;
}

static int affordable(const struct app *app, struct preview_size size)
{
    return bytes_allowed(app) / (bytes_a_cell(app) * size.width * picture_rows(size.height));
}

/* Where it is not known how large its images are, they are taken for large squares. */
static struct preview_size size_for(const struct preview_dialog *p, int side)
{
    const struct dataset_info unknown = { .height = SIDE_MAX, .width = SIDE_MAX };

    return preview_size(p->info.height > 0 ? &p->info : &unknown, side);
}

static struct sheet_wish wish_of(const struct preview_dialog *p, const struct app *app)
{
    struct sheet_wish wish = { .split = p->split, .class = p->class, .first = p->first };
    struct rectangle room = dialog_room(app);

    struct preview_layout places = preview_layout_make(room.rows, room.columns);

    const bool wide = places.classes.rows > 0;
    room = preview_layout_inside(places.images);
    for (int side = SHEET_SIDE_MOST; side >= 8; side -= 4) {
        struct preview_size size = size_for(p, side);
        struct preview_grid grid = preview_layout_grid(room, size);

        wish.side = side;
        wish.n = int_clamp(int_min(grid.columns * grid.rows, affordable(app, size)), 1, SHEET_MOST);
        if (grid.columns * grid.rows > 0 && int_min(wish.n, affordable(app, size)) >=
                                                  (wide ? wanted[p->zoom].wide : wanted[p->zoom].narrow))
            break;
    }
    return wish;
}

/* With `how` of facts.h, once something is known. */
static void draw_facts(struct canvas *c, const struct app *app,
                       void (*how)(struct canvas *c, const struct study *study, int step))
{
    int step;
    const struct study *study = gallery_study(&app->gallery, &step);

    if (app->gallery.study_error.kind != ERROR_NONE)
        canvas_paragraph(c, 0, ROLE_BAD, app->gallery.study_error.text);
    else if (step < STUDY_OPENED)
        canvas_text(c, 0, 0, ROLE_DIM, "looking …");
    else
        how(c, study, step);
}

static void draw_class(struct canvas *c, int row, const struct study *study, int step, enum split split, int class)
{
    enum { BAR = 8 };
    const int columns = c->clip.columns;
    char count[FIGURE_SIZE] = "";
    int start = columns - 1;

    if (step >= STUDY_COUNTED) {
        snprintf(count, sizeof count, "%u", study->of_class[split][class]);
        start = canvas_text_right(c, row, columns - 1, ROLE_NORMAL, count) - 1;
        start = int_min(start, columns - 7) - BAR;
        shape_bar(c, row, start, BAR,
                  (double)study->of_class[split][class] / facts_largest_class(study, split));
    }

    struct canvas name = canvas_part(c, (struct rectangle){ row, 1, 1, start - 2 });

    canvas_text(&name, 0, 0, ROLE_NORMAL, study->class_names[class]);
}

static void draw_classes(struct canvas *c, const struct preview_dialog *p, const struct app *app)
{
    int step;
    const struct study *study = gallery_study(&app->gallery, &step);

    if (step < STUDY_OPENED)
        return;
    int first = layout_first(p->class, study->info.classes, c->clip.rows);

    for (int row = 0; row < c->clip.rows && first + row < study->info.classes; row++) {
        draw_class(c, row, study, step, p->split, first + row);
        if (first + row == p->class)
            canvas_row_role(c, row, ROLE_SELECTED);
    }
    shape_more(c, 0, c->clip.rows, first > 0, first + c->clip.rows < study->info.classes);
}

/* The end of a path says most. */
static void draw_name(struct canvas *c, int row, int column, int columns, const char *name, bool broken)
{
    struct canvas part = canvas_part(c, (struct rectangle){ row, column, 1, columns });
    int used = broken ? canvas_text(&part, 0, 0, ROLE_BAD, "broken: ") : 0;

    canvas_text(&part, 0, used, ROLE_DIM, canvas_text_width(name) + used <= columns ? name : path_name(name));
}

static void draw_images(struct canvas *c, const struct app *app)
{
    const struct sheet *sheet = gallery_sheet(&app->gallery);
    struct rectangle room = { 0, 0, c->clip.rows, c->clip.columns };

    if (app->gallery.sheet_error.kind != ERROR_NONE)
        canvas_paragraph(c, 0, ROLE_BAD, app->gallery.sheet_error.text);
    else if (!sheet)
        canvas_text(c, 0, 1, ROLE_DIM, "reading …");
    else if (sheet->n == 0)
        canvas_text(c, 0, 1, ROLE_DIM, "no image of this class");
    if (!sheet)
        return;

    const size_t bytes = (size_t)sheet->size.height * (size_t)sheet->size.width * 3;
    const int high = picture_rows(sheet->size.height) + PREVIEW_NAME_ROWS, wide = sheet->size.width + PREVIEW_GAP;
    struct preview_grid grid = preview_layout_grid(room, sheet->size);

    for (int i = 0; i < sheet->n && i < grid.columns * grid.rows; i++) {
        int row = i / grid.columns * high, column = i % grid.columns * wide;

        picture_draw(c, row, column, sheet->rgb + (size_t)i * bytes, sheet->size.height, sheet->size.width);
        draw_name(c, row + high - PREVIEW_NAME_ROWS, column, sheet->size.width, sheet->names[i],
                  sheet->broken[i]);
    }
}

static const char *split_word(enum split split)
{
    return split == SPLIT_TRAIN ? "training" : "test";
}

/* "cat: 1 to 6 of 5000 training images" */
static void write_title(const struct preview_dialog *p, const struct app *app, char *out, size_t size)
{
    const struct sheet *sheet = gallery_sheet(&app->gallery);
    int step;
    const struct study *study = gallery_study(&app->gallery, &step);

    snprintf(out, size, "%s images", split_word(p->split));
    if (step < STUDY_OPENED)
        return;
    snprintf(out, size, "%s: ", study->class_names[p->class]);
    if (sheet && sheet->n > 0)
        text_append(out, size, "%u to %u of ", p->first + 1, p->first + (uint32_t)sheet->n);
    if (step >= STUDY_COUNTED)
        text_append(out, size, "%u ", study->of_class[p->split][p->class]);
    text_append(out, size, "%s images%s", split_word(p->split), p->augmented ? ", augmented" : "");
}

static void draw(const struct dialog *dialog, struct canvas *c, const struct app *app)
{
    const struct preview_dialog *p = (const struct preview_dialog *)dialog;
    const struct preview_layout places = preview_layout_make(c->clip.rows, c->clip.columns);
    struct canvas frame = canvas_part(c, places.images), facts = canvas_part(c, places.facts);
    char title[160];

    write_title(p, app, title, sizeof title);

    struct canvas inside = shape_box(&frame, title, places.classes.rows == 0);

    if (places.facts.rows > 0)
        draw_facts(&facts, app, facts_lines);
    if (places.facts.rows == 0 && p->facts)
        draw_facts(&inside, app, facts_draw);
    else
        draw_images(&inside, app);
    if (places.classes.rows == 0)
        return;
    frame = canvas_part(c, places.classes);
    inside = shape_box(&frame, dialog->title, true);
    draw_classes(&inside, p, app);
}

static int class_count(const struct app *app)
{
    int step;
    const struct study *study = gallery_study(&app->gallery, &step);

    return step >= STUDY_OPENED ? study->info.classes : 1;
}

/* Where the counts are not known yet, there may be more images as long as the screen was full. */
static bool is_more(const struct preview_dialog *p, const struct app *app)
{
    const struct sheet *sheet = gallery_sheet(&app->gallery);
    int step;
    const struct study *study = gallery_study(&app->gallery, &step);

    if (!sheet)
        return false;
    return step >= STUDY_COUNTED ? p->first + (uint32_t)sheet->n < study->of_class[p->split][p->class]
                                 : sheet->n == sheet->wish.n;
}

static void turn_page(struct preview_dialog *p, const struct app *app, bool forward)
{
    const uint32_t page = (uint32_t)app->gallery.asked.n;

    if (forward && is_more(p, app))
        p->first += page;
    else if (!forward)
        p->first = p->first > page ? p->first - page : 0;
}

static void turn_augmentation(struct preview_dialog *p, struct app *app)
{
    char words[160] = "";

    p->augmented = !p->augmented;
    augmentation_summary(&app->draft.recipe.data, words, sizeof words);
    if (!p->augmented)
        display_say(&app->display, ROLE_NORMAL, "the images as they are");
    else if (words[0] == '\0')
        display_say(&app->display, ROLE_NORMAL, "this recipe augments nothing: see `data` in the Training panel");
    else
        display_say(&app->display, ROLE_NORMAL, "as training sees them: %s (n: drawn anew)",
                    words + strspn(words, ", "));
}

static int key(struct dialog *dialog, struct app *app, int key)
{
    struct preview_dialog *p = (struct preview_dialog *)dialog;
    int to = keys_move(p->class, class_count(app), 10, key);

    if (key == 'p' || keys_action(key) == ACTION_QUIT)
        return REACTION_CLOSE;
    if (to >= 0) {
        p->first = to == p->class ? p->first : 0;
        p->class = to;
    } else if (key == KEYCODE_LEFT || key == KEYCODE_RIGHT) {
        turn_page(p, app, key == KEYCODE_RIGHT);
    } else if (key == 't') {
        p->split = p->split == SPLIT_TRAIN ? SPLIT_TEST : SPLIT_TRAIN;
        p->first = 0;
    } else if (key == 'a') {
        turn_augmentation(p, app);
    } else if (key == 'n') {
        p->draw++;
    } else if (key == 'i') {
        p->facts = !p->facts;
    } else if (key == 'z') {
        p->zoom = (p->zoom + 1) % ZOOMS;
    } else {
        return REACTION_NONE;
    }
    preview_view_follow(app);
    return REACTION_HANDLED;
}

const struct key_help preview_view_keys[] = {
    { "Up/Down", "images of another class", "Class" },
    { "Right/Left", "later or earlier images", "More" },
    { "Esc q p", "close the view", "Close" },
    { "a", "as training sees them, or not", "Augment" },
    { "n", "augmented, drawn anew", NULL },
    { "t", "test images, or training", "Test" },
    { "z", "one large, or many small", "Size" },
    { "i", "facts, on a low screen", NULL },
    { NULL, NULL, NULL },
};

static void close_view(struct dialog *dialog, struct app *app)
{
    (void)dialog;
    app->display.gallery_in_sight = false;
}

static const struct dialog_class view_class = {
    .size = sizeof(struct preview_dialog),
    .whole = true,
    .keys = preview_view_keys,
    .draw = draw,
    .key = key,
    .close = close_view,
};

void preview_view_open(struct app *app, const char *name, const struct dataset_info *info)
{
    struct preview_dialog *p = (struct preview_dialog *)dialog_open(app, &view_class, path_name(name), 0, 0);

    if (!p)
        return;
    app->display.gallery_in_sight = true;
    text_copy(p->name, sizeof p->name, name);
    p->info = *info;
    preview_view_follow(app);
}

void preview_view_follow(struct app *app)
{
    const struct preview_dialog *p = (const struct preview_dialog *)dialog_find(app, &view_class);
    const struct source_wish wish = recipe_images_wish(&app->draft.recipe);

    if (!p)
        return;
    gallery_show(&app->gallery, p->name, &wish);

    struct sheet_wish sheet = wish_of(p, app);

    gallery_ask(&app->gallery, &sheet, &app->draft.recipe, p->augmented ? 1 + (uint64_t)p->draw : 0);
}
