#include "fetch/offer.h"

#include <stdlib.h>
#include <string.h>

#include "base/asset.h"
#include "base/ini_text.h"
#include "base/path.h"
#include "base/suggestion.h"
#include "base/text.h"

static bool take_text(char *to, size_t size, const char *value, struct error *e)
{
    return text_copy(to, size, value) || error_set(e, ERROR_INPUT, "the text is longer than %zu bytes", size - 1);
}

static bool take_help(struct offer *o, const char *value, struct error *e)
{
    return take_text(o->help, sizeof o->help, value, e);
}

static bool take_licence(struct offer *o, const char *value, struct error *e)
{
    return take_text(o->licence, sizeof o->licence, value, e);
}

static bool take_cite(struct offer *o, const char *value, struct error *e)
{
    return take_text(o->cite, sizeof o->cite, value, e);
}

static bool take_mirror(struct offer *o, const char *value, struct error *e)
{
    char *to = o->mirrors[o->n_mirrors];

    if (o->n_mirrors == OFFER_MIRRORS_MAX)
        return error_set(e, ERROR_INPUT, "there are more than %d mirrors", OFFER_MIRRORS_MAX);
    if (strncmp(value, "https://", 8) != 0 && strncmp(value, "http://", 7) != 0)
        return error_set(e, ERROR_INPUT, "a mirror begins with https:// or http://");
    if (!take_text(to, OFFER_TEXT_SIZE - 1, value, e))
        return false;
    if (!path_ends_with(to, "/"))
        strcat(to, "/");
    o->n_mirrors++;
    return true;
}

static bool take_bytes(uint64_t *out, const char *value, struct error *e)
{
    int64_t number;

    if (!text_to_int64(value, &number) || number < 1)
        return error_set(e, ERROR_INPUT, "'%.40s' is not a number of bytes", value);
    *out = (uint64_t)number;
    return true;
}

/* A name that stays within its folder, and is shown by the catalogue. */
static bool is_plain_name(const char *name)
{
    return name[0] && name[0] != '.' && !strchr(name, '/');
}

/* "NAME BYTES CHECKSUM" */
static bool take_file(struct offer *o, const char *value, struct error *e)
{
    struct offer_file *file = &o->files[o->n_files];
    char copy[OFFER_TEXT_SIZE + 1], *rest = copy;

    if (o->n_files == OFFER_FILES_MAX)
        return error_set(e, ERROR_INPUT, "there are more than %d files", OFFER_FILES_MAX);
    if (!take_text(copy, sizeof copy, value, e))
        return false;

    const char *name = strsep(&rest, " "), *bytes = strsep(&rest, " ");
    if (!rest)
        return error_set(e, ERROR_INPUT, "a file is 'NAME BYTES sha256:…'");
    if (!is_plain_name(name) || !text_copy(file->name, sizeof file->name, name))
        return error_set(e, ERROR_INPUT, "'%.64s' cannot be the name of a file here", name);
    if (!take_bytes(&file->bytes, bytes, e))
        return false;
    if (!checksum_parse(&file->checksum, text_trim(rest)))
        return error_set(e, ERROR_INPUT, "'%.80s' is not a checksum: sha256:… with 64 digits, or md5:… with 32", rest);
    o->n_files++;
    return true;
}

static bool take_unpack(struct offer *o, const char *value, struct error *e)
{
    o->unpack = strcmp(value, "yes") == 0;
    return o->unpack || strcmp(value, "no") == 0 || error_set(e, ERROR_INPUT, "unpack is yes or no");
}

static bool take_strip(struct offer *o, const char *value, struct error *e)
{
    int64_t number;

    if (!text_to_int64(value, &number) || number < 0 || number > OFFER_STRIP_MAX)
        return error_set(e, ERROR_INPUT, "strip is a whole number 0…%d", OFFER_STRIP_MAX);
    o->strip = (int)number;
    return true;
}

static bool take_unpacked(struct offer *o, const char *value, struct error *e)
{
    return take_bytes(&o->unpacked, value, e);
}

static const struct key {
    const char *name;
    bool (*take)(struct offer *o, const char *value, struct error *e);
} keys[] = {
    { "help", take_help },     { "licence", take_licence }, { "cite", take_cite },   { "mirror", take_mirror },
    { "file", take_file },     { "unpack", take_unpack },   { "strip", take_strip }, { "unpacked", take_unpacked },
};

enum { KEYS = sizeof keys / sizeof *keys };

static bool unknown_key(const char *name, struct error *e)
{
    struct suggestion likeliest = suggestion_begin(name);
    char known[128] = "";

    for (int i = 0; i < KEYS; i++) {
        suggestion_consider(&likeliest, keys[i].name);
        text_append(known, sizeof known, "%s%s", i ? ", " : "", keys[i].name);
    }
    error_set(e, ERROR_INPUT, "there is no key '%.64s' (there are %s)", name, known);
    suggestion_append(&likeliest, "", e->text, sizeof e->text);
    return false;
}

static struct offer *find(const struct offers *o, const char *name)
{
    for (int i = 0; i < o->count; i++)
        if (strcmp(o->entries[i].name, name) == 0)
            return &o->entries[i];
    return NULL;
}

bool offer_is_weights(const char *name)
{
    return strncmp(name, "weights/", strlen("weights/")) == 0 && name + strlen("weights/") == path_name(name);
}

/* What has been read of a text: offers that are whole, and one that is being read at the end. */
struct reading {
    struct offers *to;
    struct offer now;
};

/* Ends the section that is being read. */
static bool end_section(struct reading *r, struct error *e)
{
    struct offer *o = &r->now, *at = find(r->to, o->name);

    if (!o->name[0])
        return true;
    if (o->n_files == 0 || o->n_mirrors == 0)
        return error_set(e, ERROR_INPUT, "[%s] has no %s", o->name, o->n_files == 0 ? "file" : "mirror");
    if (o->unpack && o->unpacked == 0)
        return error_set(e, ERROR_INPUT, "[%s] does not say how many bytes it has unpacked", o->name);
    if (!o->unpack)
        o->unpacked = offer_bytes(o);
    if (!at) {
        struct offer *grown = realloc(r->to->entries, (size_t)(r->to->count + 1) * sizeof *grown);

        if (!grown)
            return error_set(e, ERROR_MEMORY, "no memory for the data sets that can be fetched");
        r->to->entries = grown;
        at = &grown[r->to->count++];
    }
    *at = *o;
    return true;
}

static bool begin_section(struct reading *r, const char *name, struct error *e)
{
    if (!end_section(r, e))
        return false;
    r->now = (struct offer){ .n_files = 0 };
    if (is_plain_name(offer_is_weights(name) ? path_name(name) : name) &&
        text_copy(r->now.name, sizeof r->now.name, name))
        return true;
    r->now.name[0] = '\0';
    return error_set(e, ERROR_INPUT, "[%.64s] cannot be the name of a data set", name);
}

static bool take(void *context, const char *section, const char *key, const char *value, struct error *e)
{
    struct reading *r = context;

    if (strcmp(r->now.name, section) != 0 && !begin_section(r, section, e))
        return false;
    for (int i = 0; i < KEYS; i++)
        if (strcmp(keys[i].name, key) == 0)
            return keys[i].take(&r->now, value, e);
    return unknown_key(key, e);
}

bool offers_parse(struct offers *o, const char *text, const char *called, struct error *e)
{
    struct reading reading = { .to = o };

    if (!ini_text_read(text, called, take, &reading, e))
        return false;
    return end_section(&reading, e) || error_context(e, "%s", called);
}

static bool read_builtin(struct offers *o, struct error *e)
{
    const struct asset *asset = asset_find("datasets.ini");
    char *text = asset ? strndup((const char *)asset->bytes, asset->size) : NULL;
    bool good = text ? offers_parse(o, text, "datasets.ini", e)
                     : error_set(e, ERROR_MEMORY, "no memory for the data sets that can be fetched");

    free(text);
    return good;
}

/* A folder that is named nowhere has no file. */
static bool read_own(struct offers *o, struct error *e)
{
    char folder[PATH_SIZE], path[PATH_SIZE];
    struct error ignored;

    if (!path_config(folder, &ignored) || !path_join(path, folder, "datasets.ini", &ignored) || !path_is_file(path))
        return true;
    char *text = ini_text_load(path, "a list of data sets", e);
    bool good = text && offers_parse(o, text, path, e);

    free(text);
    return good;
}

bool offers_read(struct offers *o, struct error *e)
{
    *o = (struct offers){ .count = 0 };
    return read_builtin(o, e) && read_own(o, e);
}

void offers_free(struct offers *o)
{
    free(o->entries);
    *o = (struct offers){ .count = 0 };
}

const struct offer *offers_find(const struct offers *o, const char *name, struct error *e)
{
    const struct offer *found = find(o, name);
    struct suggestion likeliest = suggestion_begin(name);
    char known[256] = "", words[128] = "";

    for (int i = 0; i < o->count; i++) {
        suggestion_consider(&likeliest, o->entries[i].name);
        text_append(known, sizeof known, "%s %s", i ? "," : "", o->entries[i].name);
    }
    suggestion_append(&likeliest, "", words, sizeof words);
    if (!found)
        error_set(e, ERROR_INPUT, "no data set %.64s can be fetched%s Those that can:%s", name, words[0] ? words : ".",
                  known);
    return found;
}

uint64_t offer_bytes(const struct offer *o)
{
    uint64_t bytes = 0;

    for (int i = 0; i < o->n_files; i++)
        bytes += o->files[i].bytes;
    return bytes;
}
