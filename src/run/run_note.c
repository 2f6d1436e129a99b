#include "run/run_note.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/file.h"
#include "base/text.h"

static ssize_t read_beginning(const char *path, char *to, size_t size)
{
    int descriptor = file_open(path);
    ssize_t got;

    if (descriptor < 0)
        return -1;
    do
        got = read(descriptor, to, size);
    while (got < 0 && errno == EINTR);
    close(descriptor);
    return got;
}

void run_note_read(const char *folder, char out[RUN_NOTE_SIZE])
{
    char path[PATH_SIZE], text[RUN_NOTE_SIZE];
    struct error ignored;
    ssize_t got;

    out[0] = '\0';
    if (!path_join(path, folder, RUN_NOTE_FILE, &ignored) || (got = read_beginning(path, text, sizeof text - 1)) <= 0)
        return;
    text[got] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    text_sanitise(out, RUN_NOTE_SIZE, text_trim(text));
}

bool run_note_write(const char *folder, const char *text, struct error *e)
{
    char path[PATH_SIZE], line[RUN_NOTE_SIZE];
    size_t length;

    if (!path_join(path, folder, RUN_NOTE_FILE, e))
        return false;
    text_sanitise(line, sizeof line - 1, text);
    length = strlen(line);
    if (length == 0)
        return unlink(path) == 0 || errno == ENOENT || error_set_errno(e, "cannot remove %s", path);
    line[length] = '\n';
    return atomic_file_write(path, line, length + 1, e);
}
