#include "tests/support/folder.h"

#include <dirent.h>
#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

/* A text may come with the end of a job of a minute, which Slurm is in no hurry to tell of. */
enum { ENTRY_SECONDS = 120, TEXT_SECONDS = 180 };

int folder_setup(void **state)
{
    const char *base = getenv("TMPDIR");
    char *path = NULL;

    if (asprintf(&path, "%s/cuvette-test-XXXXXX", base ? base : "/tmp") < 0 || !mkdtemp(path))
        return -1;
    *state = path;
    return 0;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

int folder_remove(const char *path)
{
    return nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

int folder_teardown(void **state)
{
    chmod(*state, 0700);
    int failed = folder_remove(*state);

    free(*state);
    return failed;
}

const char *folder_path(const char *folder, const char *name)
{
    static char paths[8][PATH_SIZE];
    static int turn;
    char *path = paths[turn++ % 8];

    snprintf(path, PATH_SIZE, "%s/%s", folder, name);
    return path;
}

const char *folder_write(const char *folder, const char *name, const void *bytes, size_t size)
{
    const char *path = folder_path(folder, name);
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

const char *folder_put(const char *folder, const char *name, const char *text)
{
    char parent[PATH_SIZE];
    struct error e = { 0 };

    assert_true(path_join(parent, folder, name, &e));
    *strrchr(parent, '/') = '\0';
    assert_true(path_make_folders(parent, &e));
    return folder_write(folder, name, text, strlen(text));
}

static char *text_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0;

    assert_non_null(file);
    /* To the first zero byte, which no text has. */
    if (getdelim(&text, &size, '\0', file) < 0) {
        free(text);
        text = strdup("");
    }
    fclose(file);
    return text;
}

char *folder_text(const char *folder, const char *name)
{
    return text_of(folder_path(folder, name));
}

void folder_forbid(const char *folder)
{
    enum { NOBODY = 65534 };

    assert_int_equal(chmod(folder, 0555), 0);
    if (geteuid() == 0) /* whom permissions do not stop */
        assert_int_equal(seteuid(NOBODY), 0);
}

void folder_allow(void)
{
    if (getuid() == 0)
        assert_int_equal(seteuid(0), 0);
}

bool folder_watch(const char *folder, bool (*holds)(const void *context), const void *context, double seconds)
{
    enum { MOST_MS = 1000 }; /* a lock that ends is no event of the folder's */
    char events[4096];
    double until = clock_seconds() + seconds;
    int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    bool good = watch >= 0 &&
                inotify_add_watch(watch, folder, IN_CREATE | IN_MOVED_TO | IN_MODIFY | IN_DELETE | IN_CLOSE_WRITE) >= 0;

    /* Watches before it looks, so that nothing comes in between. */
    while (good && !holds(context)) {
        poll(&(struct pollfd){ .fd = watch, .events = POLLIN }, 1, MOST_MS);
        while (read(watch, events, sizeof events) > 0)
            ;
        good = clock_seconds() < until;
    }
    if (watch >= 0)
        close(watch);
    return good;
}

static bool is_there(const void *path)
{
    return access(path, F_OK) == 0;
}

bool folder_comes(const char *folder, const char *name, double seconds)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return folder_watch(folder, is_there, path, seconds);
}

void folder_await(const char *folder, const char *name)
{
    if (!folder_comes(folder, name, ENTRY_SECONDS))
        fail_msg("%s/%s did not appear", folder, name);
}

struct wanted {
    const char *path, *text;
};

static bool has_text(const void *context)
{
    const struct wanted *w = context;
    char *text = access(w->path, R_OK) == 0 ? text_of(w->path) : NULL;
    bool has = text && strstr(text, w->text);

    free(text);
    return has;
}

void folder_await_text(const char *folder, const char *name, const char *text)
{
    char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (folder_watch(folder, has_text, &(struct wanted){ path, text }, TEXT_SECONDS))
        return;

    char *said = access(path, R_OK) == 0 ? text_of(path) : "nothing";
    size_t length = strlen(said);

    fail_msg("%s does not say '%s', but: %s", path, text, said + (length > 1000 ? length - 1000 : 0));
}

int folder_entries(const char *folder)
{
    DIR *stream = opendir(folder);
    int count = -2; /* "." and ".." */

    assert_non_null(stream);
    while (readdir(stream))
        count++;
    closedir(stream);
    return count;
}
