/* cuvette inspect: what the model of a run takes for what. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/data_archive.h"
#include "cli/inspect_chart.h"
#include "cli/inspect_grid.h"
#include "cli/inspect_health.h"
#include "cli/inspect_json.h"
#include "cli/inspect_print.h"
#include "cli/interrupt.h"
#include "cli/network_options.h"
#include "cli/options.h"
#include "cli/telling.h"
#include "plot/picture.h"

enum { ALL = NETWORK_OPTIONS, CHART, GRID, ORDER, HEALTH, IMAGES, JSON };

enum { EACH_USUAL = 5, EACH_MOST = 10000, GRID_USUAL = 24 };

static const struct command_option options[] = {
    NETWORK_OPTION_ROWS("use the test images of this data set instead of the run's")
    [ALL] = { "all", NULL, "list every class, also where there are many" },
    [CHART] = { "chart", "FILE", "draw the confusion matrix: FILE ends with .png, .svg, .pdf or .csv" },
    [GRID] = { "grid", "FILE", "draw images with their answers: FILE ends with .png, .svg or .pdf" },
    [ORDER] = { "order", "worst|unsure|order", "of these images: worst, the most wrong first; unsure, or order" },
    [HEALTH] = { "health", NULL, "instead: gradients, updates and dead ReLUs, layer by layer" },
    [IMAGES] = { "images", "N", "name or draw so many images (5, or 24 in a picture)" },
    [JSON] = { "json", NULL, "print one JSON object for programs" },
    { .name = NULL },
};

struct request {
    struct network_options model;
    bool all, json, health;
    const char *chart, *grid; /* files; NULL: none */
    enum ranking order;       /* of the grid */
    int each;                 /* negative: as usual */
};

static bool parse_order(struct request *request, const char *word, struct error *e)
{
    for (int i = 0; i < RANKING_COUNT; i++)
        if (strcmp(word, ranking_names[i]) == 0) {
            request->order = (enum ranking)i;
            return true;
        }
    return error_set(e, ERROR_USAGE, "--order takes worst, unsure or order, not '%.40s'", word);
}

static bool parse_each(struct request *request, const char *word, struct error *e)
{
    int64_t each;

    if (!text_to_int64(word, &each) || each < 0 || each > EACH_MOST)
        return error_set(e, ERROR_USAGE, "--images takes 0 to %d", EACH_MOST);
    request->each = (int)each;
    return true;
}

static bool parse(int argc, char **argv, struct request *request, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;
    enum picture_format format;
    bool good = true;

    for (int option; good && (option = options_next(&words, &word, e)) != OPTIONS_END;)
        switch (option) {
        case ALL:
            request->all = true;
            break;
        case CHART:
            request->chart = word;
            good = picture_format_of(word, &format, e);
            break;
        case GRID:
            request->grid = word;
            good = picture_format_of(word, &format, e);
            break;
        case ORDER:
            good = parse_order(request, word, e);
            break;
        case HEALTH:
            request->health = true;
            break;
        case IMAGES:
            good = parse_each(request, word, e);
            break;
        case JSON:
            request->json = true;
            break;
        default:
            good = network_options_take(&request->model, option, word, e);
        }
    return good && network_options_check(&request->model, "", e);
}

static bool run(int argc, char **argv, struct error *e)
{
    struct telling telling = telling_begin("looking at images");
    struct request request = { .each = -1 };
    struct run_inspection found;

    if (!parse(argc, argv, &request, e))
        return false;
    if (request.health)
        return inspect_health(request.model.network.from, request.json, e);
    if (request.model.dataset && !data_archive_prepare(request.model.dataset, e))
        return false;
    interrupt_begin();

    const struct inspect_setup setup = {
        .network = request.model.network,
        .dataset = request.model.dataset,
        .progress = telling_progress,
        .context = &telling,
    };
    bool fine = inspect_run(&found, &setup, e);

    telling_end(&telling);
    if (!fine)
        return false;
    network_options_tell(&found.network.moment, &found.network.assumed);
    network_options_tell_images(&found.network);

    const int named = request.each < 0 ? EACH_USUAL : request.each;
    const int drawn = request.each < 0 ? GRID_USUAL : request.each;

    fine = request.json ? inspect_json(&found, named, e) : inspect_print(&found, request.all, named, e);
    fine = fine && (!request.chart || inspect_chart(&found, request.chart, e));
    fine = fine && (!request.grid || inspect_grid(&found, request.order, drawn, request.grid, e));
    inspect_run_close(&found);
    return fine;
}

COMMAND(inspect) = {
    .name = "inspect",
    .arguments = "RUN|MODEL [OPTION...]",
    .help = "show what the model of a run takes for what",
    .details = "RUN is the folder of a run, its name or its number; MODEL a model file. The test\n"
               "images are shown to the model, or where there are none those that the run held\n"
               "out: for each class precision, recall and F1, which classes are taken for which,\n"
               "how far the model's confidence can be trusted, and the images that it gets most\n"
               "wrong or is least sure of. A run that goes on is seen as of its best epoch so\n"
               "far. With --health no image is shown: a run looks at a step of its training\n"
               "now and then, and this is what it found last.",
    .options = options,
    .run = run,
};
