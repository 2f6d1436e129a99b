#include "run/control.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/atomic_file.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

enum { COMMAND_SIZE = 256, WAITING_MOST = 64 };
static const double factor_most = 1024;

static const char *const names[CONTROL_COUNT] = {
#define NAME(kind, name, words) [CONTROL_##kind] = #name,
    CONTROL_COMMANDS(NAME)
#undef NAME
};

const char *const control_words[CONTROL_COUNT] = {
#define WORDS(kind, name, words) [CONTROL_##kind] = words,
    CONTROL_COMMANDS(WORDS)
#undef WORDS
};

static bool control_folder(char out[PATH_SIZE], const char *folder, struct error *e)
{
    return path_join(out, folder, "control", e);
}

/* Later ones sort behind earlier ones of the same sender. */
static void choose_id(char id[CONTROL_ID_SIZE])
{
    struct timespec now;
    uint32_t chance = 0;

    clock_gettime(CLOCK_REALTIME, &now);
    if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) != sizeof chance)
        chance = (uint32_t)getpid();
    snprintf(id, CONTROL_ID_SIZE, "%016llx-%08x",
             (unsigned long long)now.tv_sec * 1000000000 + (unsigned long long)now.tv_nsec, chance);
}

static bool is_id(const char *name)
{
    enum { TIME = 16, CHANCE = 8 };
    const char *const digits = "0123456789abcdef";

    return strspn(name, digits) == TIME && name[TIME] == '-' && strspn(name + TIME + 1, digits) == CHANCE &&
           name[TIME + 1 + CHANCE] == '\0';
}

static bool write_command(const char *path, const struct control *c, struct error *e)
{
    char text[COMMAND_SIZE];
    int length = snprintf(text, sizeof text, "{\"command\":\"%s\"", names[c->kind]);

    if (c->kind == CONTROL_RATE)
        length += snprintf(text + length, sizeof text - (size_t)length, ",\"factor\":%.17g", c->factor);
    length += snprintf(text + length, sizeof text - (size_t)length, "}\n");
    return atomic_file_show(path, text, (size_t)length, e);
}

/* Whoever takes the last command removes the folder, perhaps just now: then it is made again. */
bool control_send(const char *folder, const struct control *c, char id[CONTROL_ID_SIZE], struct error *e)
{
    enum { ATTEMPTS = 5 };
    char place[PATH_SIZE], path[PATH_SIZE];

    choose_id(id);
    if (!control_folder(place, folder, e) || !path_join(path, place, id, e))
        return false;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (mkdir(place, 0777) != 0 && errno != EEXIST)
            return error_set_errno(e, "cannot send a command to the run: %s", place);
        if (write_command(path, c, e))
            return true;
        if (path_is_folder(place))
            break;
    }
    return error_context(e, "cannot send a command to the run");
}

static void remove_if_empty(const char *place)
{
    rmdir(place);
}

bool control_withdraw(const char *folder, const char *id)
{
    char place[PATH_SIZE], path[PATH_SIZE];
    struct error ignored;
    bool there =
        control_folder(place, folder, &ignored) && path_join(path, place, id, &ignored) && unlink(path) == 0;

    if (there)
        remove_if_empty(place);
    return there;
}

static int find_kind(const char *name)
{
    for (int i = 0; i < CONTROL_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

static bool read_factor(const json_t *object, struct control *out, struct error *e)
{
    const json_t *factor = json_object_get(object, "factor");

    out->factor = json_is_number(factor) ? json_number_value(factor) : NAN;
    return (out->factor >= 1 / factor_most && out->factor <= factor_most) ||
           error_set(e, ERROR_INPUT, "a learning rate is not multiplied by that");
}

static bool read_object(const json_t *object, struct control *out, struct error *e)
{
    const char *name = json_string_value(json_object_get(object, "command"));
    int kind = name ? find_kind(name) : -1;
    char shown[40];

    if (!name)
        return error_set(e, ERROR_INPUT, "the file is no command");
    if (kind < 0) {
        text_sanitise(shown, sizeof shown, name);
        return error_set(e, ERROR_INPUT, "there is no command \"%s\"", shown);
    }
    *out = (struct control){ .kind = (enum control_kind)kind };
    return kind != CONTROL_RATE || read_factor(object, out, e);
}

static bool read_command(const char *path, struct control *out, struct error *e)
{
    char text[COMMAND_SIZE];
    json_error_t problem;
    uid_t owner = geteuid();
    bool whole = file_read_small(path, text, sizeof text, &owner);

    if (owner != geteuid())
        return error_set(e, ERROR_INPUT, "it is of another user, %ld", (long)owner);
    if (!whole)
        return error_set(e, ERROR_INPUT, "the file is no command: %s", file_reason());

    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &problem);
    bool good = object ? read_object(object, out, e) : error_set(e, ERROR_INPUT, "the file is no command");

    json_decref(object);
    return good;
}

/* It is taken by who removes it, and never twice. */
static void take_one(const char *place, const char *id, control_taker take, void *context)
{
    char path[PATH_SIZE];
    struct control c;
    struct error e;

    if (!path_join(path, place, id, &e))
        return;
    bool good = read_command(path, &c, &e);

    if (unlink(path) == 0)
        take(context, id, good ? &c : NULL, good ? "" : e.text);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Those that wait: as many as there is room for, in the order in which they were sent. */
static int list(const char *place, char ids[WAITING_MOST][CONTROL_ID_SIZE])
{
    DIR *folder = opendir(place);
    struct dirent *entry;
    int count = 0;

    while (folder && count < WAITING_MOST && (entry = readdir(folder)))
        if (is_id(entry->d_name))
            text_copy(ids[count++], CONTROL_ID_SIZE, entry->d_name);
    if (folder)
        closedir(folder);
    qsort(ids, (size_t)count, CONTROL_ID_SIZE, by_name);
    return count;
}

static bool is_ours(const char *place)
{
    struct stat status;

    return lstat(place, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid();
}

void control_take(const char *folder, control_taker take, void *context)
{
    char place[PATH_SIZE], ids[WAITING_MOST][CONTROL_ID_SIZE];
    struct error ignored;

    if (!control_folder(place, folder, &ignored) || !is_ours(place))
        return;
    int count = list(place, ids);

    for (int i = 0; i < count; i++)
        take_one(place, ids[i], take, context);
    remove_if_empty(place);
}

static void take_nothing(void *context, const char *id, const struct control *c, const char *why)
{
    (void)context;
    (void)id;
    (void)c;
    (void)why;
}

void control_clear(const char *folder)
{
    control_take(folder, take_nothing, NULL);
}
