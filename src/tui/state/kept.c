#include "tui/state/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/file.h"
#include "base/text.h"
#include "nn/recipe/recipe_file.h"
#include "tui/state/field_file.h"

/* What a recipe file does not say stands in comments before it. */
static const char name_mark[] = "; name: ", file_mark[] = "; file: ";

static bool path_of(char out[PATH_SIZE], const char *name, struct error *e)
{
    char folder[PATH_SIZE];

    return path_state(folder, e) && path_join(out, folder, name, e);
}

static bool recipe_path(enum kept_age age, char out[PATH_SIZE], struct error *e)
{
    static const char *const names[] = { [KEPT_LAST] = "last-recipe.ini", [KEPT_BEFORE] = "recipe-before.ini" };

    return path_of(out, names[age], e);
}

static bool datasets_path(char out[PATH_SIZE], struct error *e)
{
    return path_of(out, "datasets", e);
}

/* The next line, when it begins with the mark: what follows it. */
static void read_mark(FILE *in, const char *mark, char *out, size_t size)
{
    char line[PATH_SIZE + 16];

    out[0] = '\0';
    if (!fgets(line, sizeof line, in) || strncmp(line, mark, strlen(mark)) != 0)
        return;
    line[strcspn(line, "\n")] = '\0';
    text_copy(out, size, line + strlen(mark));
}

bool kept_recipe_read(enum kept_age age, struct recipe *out, char file[PATH_SIZE])
{
    char path[PATH_SIZE], name[sizeof out->name];
    struct error e;
    FILE *in = recipe_path(age, path, &e) ? file_open_stream(path) : NULL;

    if (!in)
        return false;
    read_mark(in, name_mark, name, sizeof name);
    read_mark(in, file_mark, file, PATH_SIZE);
    fclose(in);
    if (!recipe_load(out, path, &e))
        return false;
    text_copy(out->name, sizeof out->name, name);
    return true;
}

static bool write_recipe(FILE *out, const struct recipe *r, const char *file)
{
    return fprintf(out, "%s%s\n%s%s\n", name_mark, r->name, file_mark, file) > 0 && recipe_write(r, out);
}

/* A file of the state folder from what was written into memory, which is freed. */
static bool keep(const char *path, char *text, size_t size, bool written, struct error *e)
{
    char folder[PATH_SIZE];
    bool kept = text && written && path_state(folder, e) && path_make_folders(folder, e) &&
                atomic_file_write(path, text, size, e);

    if (!text || !written)
        error_set(e, ERROR_MEMORY, "no memory to write %s", path);
    free(text);
    return kept;
}

bool kept_recipe_write(const struct recipe *r, const char *file, struct error *e)
{
    char path[PATH_SIZE], *text = NULL;
    size_t size = 0;

    if (!recipe_path(KEPT_LAST, path, e))
        return false;

    FILE *out = open_memstream(&text, &size);
    bool written = out && write_recipe(out, r, file);

    if (out && fclose(out) != 0)
        written = false;
    return keep(path, text, size, written, e);
}

void kept_recipe_set_aside(void)
{
    char last[PATH_SIZE], before[PATH_SIZE];
    struct error ignored;

    if (recipe_path(KEPT_LAST, last, &ignored) && recipe_path(KEPT_BEFORE, before, &ignored))
        rename(last, before);
}

int kept_datasets_read(char paths[][PATH_SIZE], int room)
{
    char path[PATH_SIZE];
    struct error e;
    FILE *in = datasets_path(path, &e) ? file_open_stream(path) : NULL;
    int count = 0;

    while (in && count < room && fgets(paths[count], PATH_SIZE, in)) {
        paths[count][strcspn(paths[count], "\n")] = '\0';
        count += paths[count][0] == '/';
    }
    if (in)
        fclose(in);
    return count;
}

bool kept_datasets_write(char paths[][PATH_SIZE], int count, struct error *e)
{
    char path[PATH_SIZE], *text = NULL;
    size_t size = 0;

    if (!datasets_path(path, e))
        return false;

    FILE *out = open_memstream(&text, &size);

    for (int i = 0; out && i < count; i++)
        if (!strchr(paths[i], '\n'))
            fprintf(out, "%s\n", paths[i]);
    return keep(path, text, size, out && fclose(out) == 0, e);
}

void kept_form_read(const char *name, struct field_table fields, void *settings)
{
    char path[PATH_SIZE];
    struct error ignored;

    if (!path_of(path, name, &ignored) || !field_file_read(path, fields, settings, &ignored))
        fields_preset(fields, settings);
}

bool kept_form_write(const char *name, struct field_table fields, const void *settings, struct error *e)
{
    char path[PATH_SIZE];

    return path_of(path, name, e) && field_file_write(path, fields, settings, e);
}
