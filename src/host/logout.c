#include "host/logout.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/path.h"
#include "base/text.h"
#include "host/rooted.h"

enum { LINE_SIZE = 1024, NAME_SIZE = 256 };

/* "0::/user.slice/user-1000.slice/session-3.scope" */
static bool in_session(const char *root)
{
    FILE *file = rooted_open(root, "/proc/self/cgroup");
    char line[LINE_SIZE];
    bool in = false;

    while (file && !in && fgets(line, sizeof line, file)) {
        const char *session = strstr(line, "/session-");

        in = session && strstr(session, ".scope");
    }
    if (file)
        fclose(file);
    return in;
}

/* What a file says of it last stays in *kills; false when it says nothing. */
static bool take_file(const char *root, const char *path, bool *kills)
{
    static const char key[] = "KillUserProcesses=", *const yes[] = { "yes", "true", "on", "1", "y", "t" };
    FILE *file = rooted_open(root, path);
    char line[LINE_SIZE];
    bool said = false;

    while (file && fgets(line, sizeof line, file)) {
        const char *word = text_trim(line);

        if (strncmp(word, key, strlen(key)) != 0)
            continue;
        said = true;
        *kills = false;
        for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
            *kills |= strcasecmp(word + strlen(key), yes[i]) == 0;
    }
    if (file)
        fclose(file);
    return said;
}

/* The file whose name is the last has the last word, and of two of the same name that of the later folder. */
static void take_folder(const char *root, const char *folder, char last[NAME_SIZE], bool *kills)
{
    char path[PATH_SIZE];
    struct error ignored;

    snprintf(path, sizeof path, "%.300s%s", root, folder);
    DIR *entries = opendir(path);
    struct dirent *entry;

    while (entries && (entry = readdir(entries)))
        if (path_ends_with(entry->d_name, ".conf") && strcmp(entry->d_name, last) >= 0 &&
            path_join(path, folder, entry->d_name, &ignored) && take_file(root, path, kills))
            text_copy(last, NAME_SIZE, entry->d_name);
    if (entries)
        closedir(entries);
}

bool logout_ends_processes(const char *root, unsigned user)
{
    static const char *const folders[] = { "/usr/lib/systemd/logind.conf.d", "/run/systemd/logind.conf.d",
                                           "/etc/systemd/logind.conf.d" };
    char last[NAME_SIZE] = "";
    bool kills = false;

    if (user == 0 || !in_session(root))
        return false;
    take_file(root, "/etc/systemd/logind.conf", &kills);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        take_folder(root, folders[i], last, &kills);
    return kills;
}
