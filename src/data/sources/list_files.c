#include "data/sources/list_files.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char train_word[] = "train";

/* In the order in which they are looked for. */
static const char *const train_names[] = { "places365_train_standard.txt",
                                           "places365_train_challenge.txt",
                                           "train.csv",
                                           "train.tsv",
                                           "train.txt",
                                           "metadata.csv",
                                           "labels.csv",
                                           NULL },
                         *const category_names[] = { "categories_places365.txt", "categories.txt", "classes.txt",
                                                     NULL },
                         *const test_words[] = { "val", "valid", "validation", "test", NULL };

/* The first of the names that is a file in the folder. */
static bool find_name(const char *folder, const char *const *names, char out[PATH_SIZE])
{
    for (; *names; names++)
        if (path_file_in(out, folder, *names))
            return true;
    out[0] = '\0';
    return false;
}

static const char *extension(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot ? dot : "";
}

/* "places365_train_standard.txt" has "places365_val.txt" beside it, "a_train.csv" has "a_val.csv". */
static void find_test(const char *folder, struct list_files *files)
{
    const char *name = path_name(files->train), *train = strstr(name, train_word), *rest;

    for (const char *const *word = test_words; train && *word; word++)
        for (int i = 0; i < 2; i++) {
            char beside[PATH_SIZE];

            rest = i == 0 ? train + strlen(train_word) : extension(name);
            snprintf(beside, sizeof beside, "%.*s%s%s", (int)(train - name), name, *word, rest);
            files->may_lack_labels = strcmp(*word, "test") == 0;
            if (path_file_in(files->test, folder, beside))
                return;
        }
    files->test[0] = '\0';
}

bool list_files_root(const char *path, char out[PATH_SIZE], struct error *e)
{
    const char *name = path_name(path);

    if (path_is_folder(path) ? text_copy(out, PATH_SIZE, path) : name == path && text_copy(out, PATH_SIZE, "."))
        return true;
    if (name > path && snprintf(out, PATH_SIZE, "%.*s", (int)(name - path - (name - path > 1)), path) < PATH_SIZE)
        return true;
    return error_set(e, ERROR_INPUT, "the path of %.150s is too long", path);
}

bool list_files_find(const char *path, struct list_files *out, struct error *e)
{
    char folder[PATH_SIZE];

    if (!list_files_root(path, folder, e))
        return false;
    if (path_is_file(path) ? !text_copy(out->train, sizeof out->train, path)
                           : !find_name(folder, train_names, out->train))
        return error_set(e, ERROR_INPUT, "%s has no list of images to train with", path);
    find_test(folder, out);
    find_name(folder, category_names, out->categories);
    return true;
}
