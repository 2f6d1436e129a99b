#include "data/catalogue.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/memory.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "data/sources/source_hdf5.h"
#include "data/sources/source_memory.h"
#include "data/sources/source_scaled.h"

static const char builtin[] = "digits";

static struct source *open_builtin(struct error *e)
{
    const struct asset *asset = asset_find("digits.h5");

    if (asset)
        return source_hdf5_open_image(asset->bytes, asset->size, builtin, e);
    error_set(e, ERROR_INPUT, "this cuvette was built without its digits");
    return NULL;
}

/* Room for one more entry, all of it zero. */
static struct catalogue_entry *add_entry(struct catalogue *c, struct error *e)
{
    struct catalogue_entry *grown = realloc(c->entries, (size_t)(c->count + 1) * sizeof *grown);

    if (!grown) {
        error_set(e, ERROR_MEMORY, "not enough memory for the list of data sets");
        return NULL;
    }
    c->entries = grown;
    memset(&grown[c->count], 0, sizeof *grown);
    return &grown[c->count++];
}

/* What a link leads to is not asked: it may be on a file system that does not answer. */
static bool may_be_file(const struct dirent *found)
{
    return found->d_type == DT_REG || found->d_type == DT_LNK || found->d_type == DT_UNKNOWN;
}

static bool may_be_folder(const struct dirent *found)
{
    return found->d_type == DT_DIR || found->d_type == DT_LNK || found->d_type == DT_UNKNOWN;
}

static bool add_name(struct catalogue *c, const char *folder, const struct dirent *found, struct error *e)
{
    const char *file = found->d_name;
    char path[PATH_SIZE];
    struct error ignored;

    /* Hidden entries are files that are being written; a path that is too long cannot be opened. */
    if (file[0] == '.' || !path_join(path, folder, file, &ignored))
        return true;

    const char *suffix = may_be_file(found) ? source_suffix(NULL, file) : NULL;
    if (!suffix && !may_be_folder(found))
        return true;

    struct catalogue_entry *entry = add_entry(c, e);
    if (!entry)
        return false;
    text_copy(entry->path, sizeof entry->path, path);
    entry->looked = !text_copy(entry->name, sizeof entry->name, file);
    if (entry->looked)
        snprintf(entry->problem, sizeof entry->problem,
                 "the name is longer than %zu bytes; please rename it, or give its path", sizeof entry->name - 1);
    else if (suffix)
        entry->name[strlen(entry->name) - strlen(suffix)] = '\0';
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct catalogue_entry *first = a, *second = b;
    int order = strcmp(first->name, second->name);

    return order ? order : strcmp(first->path, second->path);
}

/* A file keeps its extension when a folder, another file or the built-in set has its name already. */
static void tell_apart(struct catalogue *c)
{
    /* From the end, so that each name is compared with one that is not changed yet. */
    for (int i = c->count - 1; i > 0; i--) {
        struct catalogue_entry *entry = &c->entries[i];

        if (entry->problem[0])
            continue;
        if (strcmp(entry->name, c->entries[i - 1].name) == 0 || strcmp(entry->name, builtin) == 0)
            text_copy(entry->name, sizeof entry->name, path_name(entry->path));
    }
}

static bool add_names(struct catalogue *c, const char *folder, struct error *e)
{
    const struct dirent *found;
    DIR *stream = opendir(folder);
    bool added = true;

    if (!stream)
        return errno == ENOENT || error_set_errno(e, "cannot read %s", folder);
    while (added && (errno = 0, found = readdir(stream)))
        added = add_name(c, folder, found, e);
    if (added && errno)
        added = error_set_errno(e, "cannot read %s", folder);
    closedir(stream);
    return added;
}

static bool add_folder(struct catalogue *c, struct error *e)
{
    char folder[PATH_SIZE];
    struct error problem;

    if (path_datasets(folder, &problem))
        return add_names(c, folder, e);
    if (problem.kind == ERROR_USAGE) /* no folder is named anywhere */
        return true;
    *e = problem;
    return false;
}

static void describe(struct source *s, struct dataset_info *info)
{
    source_describe(s, info);
    info->class_names = NULL; /* they are freed with the source */
}

static bool add_builtin(struct catalogue *c, struct error *e)
{
    struct catalogue_entry *digits = add_entry(c, e);
    struct error problem;

    if (!digits)
        return false;
    struct source *s = open_builtin(&problem);

    text_copy(digits->name, sizeof digits->name, builtin);
    digits->looked = true;
    digits->readable = s != NULL;
    if (s)
        describe(s, &digits->info);
    else
        text_copy(digits->problem, sizeof digits->problem, problem.text);
    source_close(s);
    return true;
}

bool catalogue_begin(struct catalogue *c, struct error *e)
{
    *c = (struct catalogue){ 0 };
    return add_builtin(c, e);
}

bool catalogue_list(struct catalogue *c, struct error *e)
{
    if (!catalogue_begin(c, e) || !add_folder(c, e)) {
        catalogue_free(c);
        return false;
    }
    qsort(c->entries + 1, (size_t)c->count - 1, sizeof *c->entries, by_name);
    tell_apart(c);
    return true;
}

bool catalogue_is_builtin(const char *name)
{
    return strcmp(name, builtin) == 0;
}

void catalogue_free(struct catalogue *c)
{
    free(c->entries);
    *c = (struct catalogue){ 0 };
}

static struct source *unknown(const struct catalogue *c, const char *name, struct error *e)
{
    struct suggestion likeliest = suggestion_begin(name);
    char known[256] = "", words[128] = "";

    for (int i = 0; i < c->count; i++) {
        suggestion_consider(&likeliest, c->entries[i].name);
        text_append(known, sizeof known, "%s %s", i ? "," : "", c->entries[i].name);
    }
    suggestion_append(&likeliest, "", words, sizeof words);
    error_set(e, ERROR_INPUT,
              "there is no data set %.100s%s Those there are:%s; or give the path of one, or see `cuvette data fetch`",
              name, words[0] ? words : ".", known);
    return NULL;
}

static struct source *open_path(const char *path, const struct source_wish *wish, struct error *e)
{
    char full[PATH_SIZE];

    return path_typed(full, path, e) ? source_open(full, wish, e) : NULL;
}

static const struct catalogue_entry *find_name(const struct catalogue *c, const char *name)
{
    for (int i = 0; i < c->count; i++)
        if (!c->entries[i].problem[0] && strcmp(c->entries[i].name, name) == 0)
            return &c->entries[i];
    return NULL;
}

static struct source *open_named(const struct catalogue *c, const char *name, const struct source_wish *wish,
                                 struct error *e)
{
    const struct catalogue_entry *entry = find_name(c, name);

    if (entry)
        return source_open(entry->path, wish, e);
    return path_is_folder(name) || path_is_file(name) ? open_path(name, wish, e) : unknown(c, name, e);
}

/* The built-in ones need no folder to be read, nor do paths: no name has a slash. */
static struct source *open_source(const char *name_or_path, const struct source_wish *wish, struct error *e)
{
    struct catalogue c;

    if (catalogue_is_builtin(name_or_path))
        return open_builtin(e);
    if (strchr(name_or_path, '/'))
        return open_path(name_or_path, wish, e);
    if (!catalogue_list(&c, e))
        return NULL;
    struct source *s = open_named(&c, name_or_path, wish, e);
    catalogue_free(&c);
    return s;
}

/* Reads it into memory where it fits. Takes `from`; NULL with an error. */
static struct source *hold(struct source *from, const struct source_wish *wish, uint64_t memory_limit, struct error *e)
{
    struct dataset_info info;

    source_describe(from, &info);
    if (info.in_memory || !catalogue_fits(&info, memory_limit))
        return from;

    struct source *loaded = source_memory_load(from, wish->progress, wish->context, e);
    source_close(from);
    return loaded;
}

bool catalogue_fits(const struct dataset_info *info, uint64_t memory_limit)
{
    uint64_t images = (uint64_t)info->count[SPLIT_TRAIN] + info->count[SPLIT_TEST];
    size_t image = info->original > 0 ? info->original : dataset_image_bytes(info);

    return (!info->anew || info->original > 0) && images * image < memory_limit;
}

/* What is made anew at each reading is made of what is held; all else is held as it was made. */
struct source *catalogue_open(const char *name_or_path, const struct source_wish *wish, uint64_t memory_limit,
                              bool (*progress)(void *context, double done), void *context, struct error *e)
{
    struct source_wish told = wish ? *wish : (struct source_wish){ .size = 0 };

    told.progress = progress;
    told.context = context;
    struct source *s = open_source(name_or_path, &told, e);

    if (s && told.cropped)
        s = hold(s, &told, memory_limit, e);
    if (s)
        s = source_scaled_open(s, &told, e);
    if (s && !told.cropped)
        s = hold(s, &told, memory_limit, e);
    return s;
}

bool catalogue_look(const char *name_or_path, const struct source_wish *wish, struct dataset_info *info,
                    struct error *e)
{
    struct source *s = open_source(name_or_path, wish, e);

    if (s && wish)
        s = source_scaled_open(s, wish, e);
    if (!s)
        return false;
    describe(s, info);
    source_close(s);
    return true;
}

static bool is_listed(const char *name, bool *listed, struct error *e)
{
    struct catalogue c;

    *listed = catalogue_is_builtin(name);
    if (*listed || strchr(name, '/'))
        return true;
    if (!catalogue_list(&c, e))
        return false;
    *listed = find_name(&c, name) != NULL;
    catalogue_free(&c);
    return true;
}

bool catalogue_absolute(const char *name_or_path, char *out, size_t size, struct error *e)
{
    char typed[PATH_SIZE];
    bool listed;

    if (!path_typed(typed, name_or_path, e) || !is_listed(name_or_path, &listed, e))
        return false;
    char *absolute = listed ? NULL : realpath(typed, NULL);
    bool fits = text_copy(out, size, absolute ? absolute : name_or_path);

    free(absolute);
    return fits || error_set(e, ERROR_INPUT, "the path of %.150s is too long", name_or_path);
}

bool catalogue_path(const char *name_or_path, char out[PATH_SIZE], struct error *e)
{
    struct catalogue c;

    if (!path_typed(out, name_or_path, e))
        return false;
    if (strchr(name_or_path, '/'))
        return true;
    if (!catalogue_list(&c, e))
        return false;
    const struct catalogue_entry *entry = find_name(&c, name_or_path);

    if (entry)
        text_copy(out, PATH_SIZE, entry->path);
    catalogue_free(&c);
    return true;
}
