/* cuvette watch: looks at a run that another process trains. */
#include <unistd.h>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/watch_lines.h"
#include "run/watch_find.h"
#include "tui/workbench.h"

enum { PLAIN, JSON, FOLLOW };

static const struct command_option options[] = {
    [PLAIN] = { "plain", NULL, "no screen: print a line per epoch, as without a terminal" },
    [JSON] = { "json", NULL, "print how it stands as one JSON object" },
    [FOLLOW] = { "follow", NULL, "with --json: an object a line after each change, until the run is over" },
    { .name = NULL },
};

struct request {
    const char *run;
    bool plain, json, follow;
};

static bool parse(int argc, char **argv, struct request *request, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        switch (option) {
        case PLAIN:
            request->plain = true;
            break;
        case JSON:
            request->json = true;
            break;
        case FOLLOW:
            request->follow = true;
            break;
        case OPTIONS_WORD:
            if (!options_word(&request->run, word, e))
                return false;
            break;
        default:
            return false;
        }
    if (request->follow && !request->json)
        return error_set(e, ERROR_USAGE, "--follow is for --json; without it the run is followed anyway");
    return !(request->plain && request->json) ||
           error_set(e, ERROR_USAGE, "--plain cannot be used with --json");
}

static bool run(int argc, char **argv, struct error *e)
{
    struct request request = { .run = NULL };
    char folder[PATH_SIZE];

    if (!parse(argc, argv, &request, e) || !watch_find(request.run, folder, e))
        return false;
    if (request.json)
        return watch_lines_json(folder, request.follow, e);
    if (request.plain || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return watch_lines_plain(folder, e);
    return workbench_run(&(struct workbench_options){ .watch = folder }, e);
}

COMMAND(watch) = {
    .name = "watch",
    .arguments = "[RUN|DIR] [OPTION...]",
    .help = "see a run that another process trains, through its folder",
    .details = "RUN is the folder of a run, its name or its number; it may be trained on another\n"
               "node that shares the file system. Of a DIR with runs, or without a word of all,\n"
               "the newest that trains is meant. The screen is the workbench's: its keys pause,\n"
               "stop and save the run, and change its learning rate; leaving it changes nothing.\n"
               "Without a screen the exit code is 0 for a run that is finished, 5 for one that was\n"
               "stopped, and 1 for one that failed or was killed.",
    .options = options,
    .run = run,
};
