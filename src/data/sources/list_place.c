#include "data/sources/list_place.h"

#include <string.h>

#include "base/text.h"
#include "data/images/decoder.h"

/* As Places365's archives, PyTorch, and competitions name them; in the order in which they are looked into. */
static const char *const usual[2][16] = {
    { "", "data_256", "data_256_standard", "data_256_challenge", "data_large", "data_large_standard",
      "data_large_challenge", "train", "training", "train_images", "images", "img", "val_256", "val_large", NULL },
    { "", "val_256", "val_large", "val", "valid", "validation", "test", "test_images", "images", "img", "train_images",
      NULL },
};
static const char *const suffixes[] = { "", ".jpg", ".jpeg", ".png", ".JPEG", NULL };

/* ".." is a part of it. */
static bool leads_up(const char *path)
{
    for (const char *at = path; (at = strstr(at, "..")); at += 2)
        if ((at == path || at[-1] == '/') && (at[2] == '/' || at[2] == '\0'))
            return true;
    return false;
}

/* By hand: a list may have millions of them. */
static bool full_path(char out[PATH_SIZE], const char *folder, const char *path, const char *suffix, struct error *e)
{
    path += strspn(path, "/");
    if (strlen(folder) + strlen(path) + strlen(suffix) + 2 > PATH_SIZE)
        return error_set(e, ERROR_INPUT, "the path %.60s… is longer than %d bytes", path, PATH_SIZE - 1);
    out = stpcpy(out, folder);
    if (folder[0])
        *out++ = '/';
    stpcpy(stpcpy(out, path), suffix);
    return true;
}

static bool is_there(const struct list_place *p, const char *root, const char *path)
{
    char below[PATH_SIZE], whole[PATH_SIZE];
    struct error ignored;

    return full_path(below, p->folder, path, p->suffix, &ignored) && path_join(whole, root, below, &ignored) &&
           path_is_file(whole);
}

/* The folder that the image should be in: the first one may be lost. */
static bool has_folder(const struct list_place *p, const char *root, const char *path)
{
    char below[PATH_SIZE], whole[PATH_SIZE];
    struct error ignored;

    if (!full_path(below, p->folder, path, "", &ignored) || !path_join(whole, root, below, &ignored))
        return false;
    *strrchr(whole, '/') = '\0';
    return strchr(below, '/') && path_is_folder(whole);
}

static bool find_below(struct list_place *p, const char *root, const char *first, bool testing)
{
    const char *const *ends = decoder_is_image(first) ? (const char *const[]){ "", NULL } : suffixes;

    for (const char *const *folder = usual[testing]; *folder; folder++)
        for (const char *const *suffix = ends; *suffix; suffix++) {
            *p = (struct list_place){ .folder = *folder, .suffix = *suffix };
            if (is_there(p, root, first))
                return true;
        }
    p->suffix = "";
    for (const char *const *folder = usual[testing]; *folder; folder++) {
        p->folder = *folder;
        if (has_folder(p, root, first))
            return true;
    }
    return false;
}

bool list_place_find(struct list_place *p, const char *root, const char *first, bool testing, bool may, struct error *e)
{
    if (leads_up(first))
        return error_set(e, ERROR_INPUT, "%.200s leads out of the list's folder", first);
    if (find_below(p, root, first, testing))
        return true;
    *p = (struct list_place){ .folder = "", .suffix = "", .whole = first[0] == '/' && path_is_file(first) };
    if (p->whole && may)
        return true;
    if (p->whole)
        return error_set(e, ERROR_INPUT,
                         "%.200s is a whole path; such ones are taken from a list whose own path is given, not from "
                         "one that is found in a folder",
                         first);
    return error_set(e, ERROR_INPUT, "there is no %.200s in the list's folder, nor in a folder %s or the like below it",
                     first, usual[testing][testing ? 3 : 1]);
}

bool list_place_path(const struct list_place *p, const char *path, char out[PATH_SIZE], struct error *e)
{
    if (leads_up(path))
        return error_set(e, ERROR_INPUT, "%.200s leads out of the list's folder", path);
    if (!p->whole)
        return full_path(out, p->folder, path, p->suffix, e);
    if (path[0] != '/')
        return error_set(e, ERROR_INPUT, "%.200s is no whole path, as those before it are", path);
    return text_copy(out, PATH_SIZE, path) || error_set(e, ERROR_INPUT, "the path %.60s… is too long", path);
}
