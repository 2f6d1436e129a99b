#include "run/model/model_header.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/hdf5.h"
#include "base/text.h"
#include "nn/recipe/model.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/hdf5_values.h"
#include "run/model/model_file.h"

enum { RECIPE_TEXT_SIZE = 1 << 20 };

/* In memory that is shared with the process that reads. */
struct page {
    const char *path;
    char recipe[RECIPE_TEXT_SIZE];
    int input[3], names;
    char class_names[CLASSES_MAX][CLASS_NAME_SIZE];
};

static bool damaged(const struct page *p, const char *what, struct error *e)
{
    return hdf5_error(e, ERROR_INPUT, "%s is damaged: %s", p->path, what);
}

static bool read_recipe(hid_t own, struct page *p, struct error *e)
{
    int count;
    char **texts = hdf5_values_read_names(own, "recipe", &count);
    bool good = count == 1 && text_copy(p->recipe, sizeof p->recipe, texts[0]);

    hdf5_values_free_names(texts, count);
    return good || damaged(p, "it has no recipe", e);
}

static bool read_class_names(hid_t own, struct page *p, struct error *e)
{
    int count;
    char **names = hdf5_values_read_names(own, "class_names", &count);
    bool good = count <= CLASSES_MAX;

    for (int i = 0; good && i < count; i++)
        text_copy(p->class_names[i], sizeof p->class_names[i], names[i]);
    p->names = good ? count : 0;
    hdf5_values_free_names(names, count);
    return good || damaged(p, "it has too many classes", e);
}

static bool read_file(hid_t file, struct page *p, struct error *e)
{
    hid_t own = H5Lexists(file, MODEL_FILE_OWN, H5P_DEFAULT) > 0 ? H5Gopen2(file, MODEL_FILE_OWN, H5P_DEFAULT)
                                                                 : H5I_INVALID_HID;

    if (own < 0)
        return error_set(e, ERROR_INPUT, "%s was not written by cuvette: it does not say what images it takes",
                         p->path);
    bool good = read_recipe(own, p, e) && read_class_names(own, p, e) &&
                (hdf5_values_read_integers(own, "input", 3, p->input) || damaged(p, "it has no input", e));

    H5Gclose(own);
    return good;
}

static bool read_apart(void *page, struct error *e)
{
    struct page *p = page;

    hdf5_lock();
    hid_t file = hdf5_values_open_file(p->path);
    bool good = file >= 0 ? read_file(file, p, e)
                          : hdf5_error(e, ERROR_INPUT, "%s is damaged, or not a model file", p->path);

    if (file >= 0)
        H5Fclose(file);
    hdf5_unlock();
    return good;
}

/* The last layer gives a value a class, whatever the data set was. */
static int count_classes(const struct recipe *recipe, struct shape input)
{
    struct model model = { .n_layers = 0 };
    struct error ignored;

    if (recipe->n_layers == 0)
        return 0;
    model_infer(recipe, input, 1, &model, &ignored);
    return (int)size_min(shape_size(model.layers[recipe->n_layers - 1].out), CLASSES_MAX + 1);
}

static bool is_side(int side, int most)
{
    return side >= 1 && side <= most;
}

static bool take(const struct page *p, struct model_header *out, struct error *e)
{
    if (!recipe_parse(&out->recipe, p->recipe, "recipe", e))
        return error_context(e, "%s", p->path);
    if (!is_side(p->input[0], SIDE_MAX) || !is_side(p->input[1], SIDE_MAX) || !is_side(p->input[2], CHANNELS_MAX))
        return error_set(e, ERROR_INPUT, "%s is damaged: it takes images of %dx%dx%d", p->path, p->input[0],
                         p->input[1], p->input[2]);
    out->input = shape_image(p->input[0], p->input[1], p->input[2]);
    out->named = p->names > 0;
    out->classes = out->named ? p->names : count_classes(&out->recipe, out->input);
    memcpy(out->class_names, p->class_names, sizeof out->class_names);
    return is_side(out->classes, CLASSES_MAX) ||
           error_set(e, ERROR_INPUT, "%s is damaged: its recipe gives no classes", p->path);
}

bool model_header_read(const char *path, struct model_header *out, struct error *e)
{
    const struct guard_limits limits = { .seconds = 60, .bytes = 1 << 30 };

    if (access(path, R_OK) != 0)
        return error_set_errno(e, "cannot read %s", path);

    struct page *page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED)
        return error_set_errno(e, "cannot read %s", path);
    page->path = path;

    bool good = guard_run(read_apart, page, &limits, path, e) && take(page, out, e);

    munmap(page, sizeof *page);
    return good;
}
