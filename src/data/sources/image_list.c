#include "data/sources/image_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/images/decoder.h"
#include "data/sources/list_classes.h"
#include "data/sources/list_files.h"
#include "data/sources/list_place.h"
#include "data/sources/list_rows.h"

/* Bytes of a file in which its first row must be. */
enum { LOOK_BYTES = 1 << 16 };

/* Of an image to test with, in a list that may have better ones; labels are far below. */
static const uint32_t aside = 1u << 31;

/* The names of columns, in the order in which they are looked for. */
enum column { COLUMN_PATH, COLUMN_LABEL, COLUMN_SPLIT, COLUMNS };

static const char *const column_names[COLUMNS][12] = {
    [COLUMN_PATH] = { "path", "filepath", "file_path", "filename", "file_name", "fname", "file", "image", "image_path",
                      "image_id", "id", NULL },
    [COLUMN_LABEL] = { "label_name", "class_name", "label", "labels", "class", "category", "target", "class_id",
                       "label_id", NULL },
    [COLUMN_SPLIT] = { "split", "set", "subset", "partition", "is_valid", NULL },
};

/* What a column of splits says. Where there are images to validate with, those to test with are left out. */
enum part { PART_TRAIN, PART_VALIDATION, PART_TEST, PARTS };

static const struct {
    const char *word;
    enum part part;
} part_words[] = {
    { "train", PART_TRAIN },    { "training", PART_TRAIN },   { "false", PART_TRAIN },
    { "val", PART_VALIDATION }, { "valid", PART_VALIDATION }, { "validation", PART_VALIDATION },
    { "dev", PART_VALIDATION }, { "true", PART_VALIDATION },  { "test", PART_TEST },
    { "testing", PART_TEST },
};

/* A list that is being read. */
struct reading {
    const char *name; /* of the list, for errors */
    struct list_rows rows;
    int column[COLUMNS]; /* -1: it has none */
    enum part part;      /* of rows that do not say theirs */
    bool whole_paths;    /* may be taken */
    struct list_place place;
    struct list_classes *classes;
    struct image_tree *tree;
    uint32_t of_part[PARTS];
};

static int find_column(const struct list_rows *r, enum column column)
{
    for (const char *const *name = column_names[column]; *name; name++)
        for (int i = 0; i < r->fields; i++)
            if (strcasecmp(r->field[i], *name) == 0)
                return i;
    return -1;
}

/* Goes to the first row of images. Without a row of names, images come first and labels second; of two columns the one
 * that has no usual name is the other. False: there is none, or with an error. */
static bool find_columns(struct list_rows *r, int column[COLUMNS], struct error *e)
{
    if (!list_rows_next(r, e))
        return false;
    if (r->comma == ' ' || decoder_is_image(r->field[0])) {
        column[COLUMN_PATH] = 0;
        column[COLUMN_LABEL] = 1;
        column[COLUMN_SPLIT] = -1;
        return true;
    }
    for (int i = 0; i < COLUMNS; i++)
        column[i] = find_column(r, (enum column)i);
    if (r->fields == 2 && (column[COLUMN_PATH] < 0) != (column[COLUMN_LABEL] < 0) && column[COLUMN_SPLIT] < 0) {
        enum column lost = column[COLUMN_PATH] < 0 ? COLUMN_PATH : COLUMN_LABEL;

        column[lost] = 1 - column[lost == COLUMN_PATH ? COLUMN_LABEL : COLUMN_PATH];
    }
    return list_rows_next(r, e);
}

/* Is the file such a list? *labels: its first row has one. */
static bool look(const char *path, bool *labels)
{
    struct list_rows r;
    struct error ignored;
    int column[COLUMNS];

    if (!path_is_file(path) || !list_rows_open(&r, path, LOOK_BYTES, &ignored))
        return false;
    bool is = find_columns(&r, column, &ignored) && column[COLUMN_PATH] >= 0 && column[COLUMN_PATH] < r.fields;

    if (is && r.comma == ' ')
        is = decoder_is_image(r.field[0]);
    *labels = is && column[COLUMN_LABEL] >= 0 && column[COLUMN_LABEL] < r.fields;
    list_rows_close(&r);
    return is;
}

static bool wrong(const struct reading *r, struct error *e, const char *text)
{
    return error_set(e, ERROR_INPUT, "%s:%u: %s", r->name, r->rows.row, text);
}

static const char *field(const struct reading *r, enum column column)
{
    int i = r->column[column];

    return i >= 0 && i < r->rows.fields ? r->rows.field[i] : "";
}

static bool take_part(const struct reading *r, enum part *part, struct error *e)
{
    const char *word = field(r, COLUMN_SPLIT);

    *part = r->part;
    if (r->column[COLUMN_SPLIT] < 0)
        return true;
    for (size_t i = 0; i < sizeof part_words / sizeof *part_words; i++)
        if (strcasecmp(word, part_words[i].word) == 0) {
            *part = part_words[i].part;
            return true;
        }
    return error_set(e, ERROR_INPUT, "%s:%u: '%.40s' is no split; it must be train, val or test", r->name, r->rows.row,
                     word);
}

static bool take_row(struct reading *r, struct error *e)
{
    const char *path = field(r, COLUMN_PATH), *label = field(r, COLUMN_LABEL);
    char full[PATH_SIZE];
    enum part part;
    int class;

    if (!path[0])
        return wrong(r, e, "there is no path");
    if (!label[0])
        return wrong(r, e, "there is no label after the path");
    if (!take_part(r, &part, e) || !list_place_path(&r->place, path, full, e) ||
        !list_classes_take(r->classes, label, part == PART_TRAIN, &class, e))
        return e->kind == ERROR_MEMORY ? false : error_context(e, "%s:%u", r->name, r->rows.row);
    r->of_part[part]++;
    /* Those to test with stand among those to validate with, marked, until it is known whether they are needed. */
    return image_tree_add_image(r->tree, part == PART_TRAIN ? SPLIT_TRAIN : SPLIT_TEST,
                                (uint32_t) class | (part == PART_TEST ? aside : 0), full, e);
}

static bool no_columns(const struct reading *r, struct error *e)
{
    const bool path = r->column[COLUMN_PATH] >= 0;

    return error_set(e, ERROR_INPUT,
                     "%s: its first row names no column of %s; it must have the columns path (or file, filename, "
                     "image) and label (or class, category)",
                     r->name, path ? "labels" : "paths");
}

static bool read_rows(struct reading *r, struct error *e)
{
    if (!find_columns(&r->rows, r->column, e))
        return e->kind != ERROR_NONE ? error_context(e, "%s", r->name)
                                     : error_set(e, ERROR_INPUT, "%s has no images in it", r->name);
    if (r->column[COLUMN_PATH] < 0 || r->column[COLUMN_LABEL] < 0)
        return no_columns(r, e);
    if (!list_place_find(&r->place, r->tree->root, field(r, COLUMN_PATH), r->part != PART_TRAIN, r->whole_paths, e))
        return error_context(e, "%s:%u", r->name, r->rows.row);
    do {
        if (!take_row(r, e))
            return false;
    } while (list_rows_next(&r->rows, e));
    return e->kind == ERROR_NONE || error_context(e, "%s", r->name);
}

static bool read_list(const char *path, struct reading *r, struct error *e)
{
    r->name = path_name(path);
    if (!list_rows_open(&r->rows, path, SIZE_MAX, e))
        return false;
    bool good = read_rows(r, e);

    list_rows_close(&r->rows);
    return good;
}

/* Images to test with are needed only where there are none to validate with; the others go. */
static void settle_tests(struct image_tree *t, bool needed)
{
    struct image_entry *images = t->images[SPLIT_TEST];
    uint32_t kept = 0;

    for (uint32_t i = 0; i < t->count[SPLIT_TEST]; i++) {
        if ((images[i].label & aside) && !needed)
            continue;
        images[kept] = images[i];
        images[kept++].label &= ~aside;
    }
    t->count[SPLIT_TEST] = kept;
}

static void number_labels(struct image_tree *t, const struct list_classes *classes)
{
    for (int split = 0; split < SPLIT_COUNT; split++)
        for (uint32_t i = 0; i < t->count[split]; i++)
            t->images[split][i].label = (uint32_t)list_classes_number(classes, (int)t->images[split][i].label);
}

/* A list that the user has named is what the set is called, unless it is one of several. */
static void name_tree(struct image_tree *t, const struct list_files *files, bool own)
{
    const char *name = path_name(files->train);

    if (own && !strstr(name, "train"))
        snprintf(t->name, sizeof t->name, "%.*s", (int)strcspn(name, "."), name);
}

/* The list to train with and the one beside it. */
static bool read_lists(const struct list_files *files, bool own, struct image_tree *t, struct list_classes *classes,
                       struct error *e)
{
    struct reading r = { .whole_paths = own, .classes = classes, .tree = t };
    bool labels;

    if (!read_list(files->train, &r, e))
        return false;
    r.part = PART_VALIDATION;
    if (files->test[0] && !(files->may_lack_labels && !(look(files->test, &labels) && labels)) &&
        !read_list(files->test, &r, e))
        return false;
    settle_tests(t, r.of_part[PART_VALIDATION] == 0);
    return true;
}

static bool read_all(const char *path, struct image_tree *t, struct list_classes *classes, struct error *e)
{
    const bool own = !path_is_folder(path);
    struct list_files files;

    if (!list_files_find(path, &files, e) || !read_lists(&files, own, t, classes, e) ||
        !list_classes_settle(classes, files.categories, t, e))
        return false;
    number_labels(t, classes);
    name_tree(t, &files, own);
    if (t->count[SPLIT_TRAIN] == 0 || t->classes < 2)
        return error_set(e, ERROR_INPUT, "%s has %s", path_name(files.train),
                         t->classes < 2 ? "images of one class only" : "no images to train with");
    return t->count[SPLIT_TEST] > 0 || image_tree_set_apart(t, e);
}

bool image_list_read(const char *path, struct image_tree *out, struct error *e)
{
    struct list_classes *classes;
    char root[PATH_SIZE];

    if (!list_files_root(path, root, e) || !image_tree_begin(out, root, e))
        return false;
    classes = list_classes_new(e);
    bool good = classes && read_all(path, out, classes, e);

    list_classes_free(classes);
    if (!good)
        image_tree_free(out);
    return good;
}

bool image_list_is(const char *path)
{
    struct list_files files;
    struct error ignored;
    bool labels;

    if (path_is_file(path))
        return path_ends_with(path, ".csv") || path_ends_with(path, ".tsv") || look(path, &labels);
    return list_files_find(path, &files, &ignored) && look(files.train, &labels) && labels;
}
