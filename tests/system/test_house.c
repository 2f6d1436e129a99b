/* The order of the house, as docs/architecture.md draws it: which folder may include which, no two files that include
 * each other, and lines and files of a size that can be read. */
#include "tests/support/check.h"

#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

#include "base/path.h"

/* A folder of src and those below it that it may include beside itself. A new folder needs a row here. */
static const struct room {
    const char *folder, *below;
} rooms[] = {
    { "base", "" },
    { "host", "base" },
    { "host/gpu", "base host" },
    { "data/images", "base" },
    { "data/sources", "base host data/images" },
    { "data/pack", "base host data/images data/sources" },
    { "data", "base data/images data/sources" },
    { "fetch", "base" },
    { "plot", "base" },
    { "nn/plan", "base" },
    { "nn/communicators", "base nn/plan" },
    { "nn/layers", "base nn/plan" },
    { "nn/optimisers", "base nn/plan" },
    { "nn/recipe", "base nn/plan nn/layers nn/optimisers" },
    { "nn/train", "base data data/sources nn/plan nn/communicators nn/recipe" },
    { "kernels", "base nn/plan" },
    { "cpu", "base host nn/plan kernels" },
    { "mpi", "base nn/plan" },
    { "gpu/core", "base nn/plan" },
    { "gpu/cudnn", "base host nn/plan gpu/core" },
    { "gpu/nccl", "base host nn/plan gpu/core" },
    { "gpu/ops", "base nn/plan gpu/core gpu/cudnn gpu/nccl" },
    { "gpu", "base nn/plan gpu/core gpu/cudnn gpu/nccl" },
    { "run/model/keras", "base nn/plan nn/layers nn/recipe run/model" },
    { "run/model/h5", "base nn/plan nn/recipe nn/train run/model run/model/keras" },
    { "run/model/torch", "base nn/plan nn/recipe run/model/keras" },
    { "run/model/published", "base nn/recipe run/model run/model/h5 run/model/torch" },
    { "run/model/onnx", "base nn/plan nn/recipe nn/train run/model/torch" },
    { "run/model", "base data/sources nn/plan nn/recipe nn/train run/model/keras run/model/h5 run/model/torch "
                   "run/model/published run/model/onnx" },
    { "run/tensorboard", "base nn/recipe nn/train" },
    { "run", "base host host/gpu data data/sources nn/plan nn/communicators nn/recipe nn/train cpu plot run/model "
             "run/model/h5 run/model/torch run/tensorboard" },
    { "run/figures", "base plot nn/recipe nn/train run run/compare run/tensorboard" },
    { "run/predictions", "base data data/sources nn/recipe nn/train run/model run" },
    { "batch", "base host nn/recipe" },
    { "run/compare", "base host data nn/recipe nn/train run" },
    { "run/past", "base plot run run/figures run/tensorboard" },
    { "tui/draw", "base host host/gpu plot" },
    { "tui/term", "base tui/draw" },
    { "tui/state", "base host host/gpu fetch data data/sources plot nn/plan nn/recipe nn/train run batch tui/draw "
                   "tui/term run/predictions run/compare run/figures" },
    { "tui/dialogs", "base tui/draw tui" },
    { "tui/charts", "base tui/draw tui/state" },
    { "tui/datasets", "base data nn/recipe tui/draw tui/dialogs tui" },
    { "tui/inspect", "base nn/recipe run run/predictions tui/draw tui/state tui/dialogs tui" },
    { "tui/panels", "base nn/recipe tui/draw tui/state tui/dialogs tui/charts tui/datasets tui/past tui" },
    { "tui/compare", "base host run run/compare tui/draw tui/state tui/dialogs tui" },
    { "tui/past", "base nn/recipe run run/past tui/draw tui/state tui/dialogs tui/charts tui/compare tui" },
    { "tui/devices", "base host host/gpu run tui/draw tui/dialogs tui" },
    { "tui", "base host plot nn/recipe run run/compare run/figures batch tui/draw tui/term tui/state "
             "tui/dialogs tui/panels tui/datasets tui/past tui/compare tui/inspect tui/devices" },
    { "cli/doctor", "base host host/gpu run tui/term" },
    { "cli", "base host host/gpu data data/sources data/pack nn/plan nn/recipe nn/train plot run run/figures "
             "run/model run/predictions run/compare batch fetch tui cli/doctor" },
};

enum { FILES_MAX = 2048, INCLUDES_MAX = 64, COLUMNS_MAX = 120, LINES_MAX = 400 };

/* A file of src without its ending: a source and its header are one. */
struct unit {
    char name[80];
    int includes[INCLUDES_MAX], n_includes;
    int mark; /* 0: not seen, 1: on the way, 2: done */
};

static struct unit units[FILES_MAX];
static int n_units;
static char sources[FILES_MAX][120], wrong[4096];
static int n_sources;

static void complain(const char *format, const char *a, const char *b)
{
    size_t used = strlen(wrong);

    snprintf(wrong + used, sizeof wrong - used, "\n  ");
    used = strlen(wrong);
    snprintf(wrong + used, sizeof wrong - used, format, a, b);
}

static bool is_source(const char *path)
{
    return path_ends_with(path, ".c") || path_ends_with(path, ".h") || path_ends_with(path, ".cu") ||
           path_ends_with(path, ".cpp");
}

static int collect(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)where;
    if (kind == FTW_F && is_source(path)) {
        assert_true(n_sources < FILES_MAX && strlen(path) < sizeof sources[0]);
        strcpy(sources[n_sources++], path);
    }
    return 0;
}

static int setup(void **state)
{
    static const char *const folders[] = { "src", "tests", "bench" };
    const char *source = getenv("CUVETTE_SOURCE");
    (void)state;

    if (source && chdir(source) != 0)
        return -1;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (nftw(folders[i], collect, 16, FTW_PHYS) != 0)
            return -1;
    return 0;
}

/* "src/nn/plan/ops.h" -> "nn/plan" */
static void folder_of(char out[80], const char *path)
{
    const char *slash = strrchr(path, '/');

    snprintf(out, 80, "%.*s", (int)(slash - path), path);
}

static int unit_of(const char *path)
{
    char name[80];

    snprintf(name, sizeof name, "%.*s", (int)(strrchr(path, '.') - path), path);
    for (int i = 0; i < n_units; i++)
        if (strcmp(units[i].name, name) == 0)
            return i;
    snprintf(units[n_units].name, sizeof units[n_units].name, "%s", name);
    return n_units++;
}

/* The project's own file that a line includes, else "". */
static void included(char out[120], const char *line)
{
    if (sscanf(line, "#include \"%119[^\"]\"", out) != 1)
        out[0] = '\0';
}

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = words; (at = strstr(at, word)) != NULL; at++)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

static const struct room *room_of(const char *folder)
{
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
        if (strcmp(rooms[i].folder, folder) == 0)
            return &rooms[i];
    return NULL;
}

/* Calls visit(path, line) for every line of the files under src, or of all. */
static void for_each_line(const char *under, void (*visit)(const char *path, int number, const char *line))
{
    static char line[4096];

    for (int i = 0; i < n_sources; i++) {
        if (strncmp(sources[i], under, strlen(under)) != 0)
            continue;

        FILE *file = fopen(sources[i], "r");

        assert_non_null(file);
        for (int number = 1; fgets(line, sizeof line, file); number++)
            visit(sources[i], number, line);
        fclose(file);
    }
}

static void check_room(const char *path, int number, const char *line)
{
    char target[120], from[80], to[80];
    const struct room *room;
    (void)number;

    included(target, line);
    if (!*target)
        return;
    folder_of(from, path + strlen("src/"));
    folder_of(to, target);
    room = room_of(from);
    if (!room)
        complain("%s: its folder has no row in tests/system/test_house.c%s", path, "");
    else if (strcmp(from, to) != 0 && !has_word(room->below, to))
        complain("%s includes %s, which is not below it", path, target);
}

static void test_includes_run_downward(void **state)
{
    (void)state;
    wrong[0] = '\0';
    for_each_line("src/", check_room);
    if (wrong[0])
        fail_msg("%s", wrong);
}

static void note_include(const char *path, int number, const char *line)
{
    char target[120];
    int from = unit_of(path + strlen("src/")), to;
    (void)number;

    included(target, line);
    if (!*target)
        return;
    to = unit_of(target);
    if (to == from)
        return;
    assert_true(units[from].n_includes < INCLUDES_MAX);
    units[from].includes[units[from].n_includes++] = to;
}

static void follow(int unit)
{
    units[unit].mark = 1;
    for (int i = 0; i < units[unit].n_includes; i++) {
        int next = units[unit].includes[i];

        if (units[next].mark == 1)
            complain("%s includes %s, which comes back to it", units[unit].name, units[next].name);
        else if (units[next].mark == 0)
            follow(next);
    }
    units[unit].mark = 2;
}

static void test_no_files_include_each_other(void **state)
{
    (void)state;
    wrong[0] = '\0';
    for_each_line("src/", note_include);
    for (int i = 0; i < n_units; i++)
        if (units[i].mark == 0)
            follow(i);
    if (wrong[0])
        fail_msg("%s", wrong);
}

/* Characters, not bytes. */
static int columns_of(const char *line)
{
    int columns = 0;

    for (; *line && *line != '\n'; line++)
        columns += ((unsigned char)*line & 0xC0) != 0x80;
    return columns;
}

static void check_line(const char *path, int number, const char *line)
{
    char text[24];

    snprintf(text, sizeof text, "%d", number);
    if (columns_of(line) > COLUMNS_MAX)
        complain("%s:%s is longer than 120 columns", path, text);
    if (number == LINES_MAX + 1 && strncmp(path, "src/", 4) == 0)
        complain("%s is longer than 400 lines%s", path, "");
}

static void test_lines_and_files_can_be_read(void **state)
{
    (void)state;
    wrong[0] = '\0';
    for_each_line("", check_line);
    if (wrong[0])
        fail_msg("%s", wrong);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_includes_run_downward),
        cmocka_unit_test(test_no_files_include_each_other),
        cmocka_unit_test(test_lines_and_files_can_be_read),
    };

    return cmocka_run_group_tests_name("the house", tests, setup, NULL);
}
