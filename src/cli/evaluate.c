/* cuvette evaluate: runs the model of a run over test images. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/data_archive.h"
#include "cli/options.h"
#include "run/evaluate.h"
#include "run/run_folder.h"

enum { BEST, DATASET, DEVICE, JSON };

static const struct command_option options[] = {
    [BEST] = { "best", NULL, "take the weights of the best epoch, not those that the run ended with" },
    [DATASET] = { "dataset", "NAME|PATH", "use the test images of this data set instead of the run's" },
    [DEVICE] = { "device", "cpu|cpu:N|cuda:N", "run on this device instead of the run's" },
    [JSON] = { "json", NULL, "print one JSON object for programs" },
    { .name = NULL },
};

struct request {
    struct evaluate_setup setup;
    const char *run;
    bool json;
};

static bool parse(int argc, char **argv, struct request *request, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        switch (option) {
        case BEST:
            request->setup.best = true;
            break;
        case DATASET:
            request->setup.dataset = word;
            break;
        case DEVICE:
            request->setup.device = word;
            break;
        case JSON:
            request->json = true;
            break;
        case OPTIONS_WORD:
            if (request->run)
                return options_surplus(word, e);
            request->run = word;
            break;
        default:
            return false;
        }
    return request->run || error_set(e, ERROR_USAGE, "which run? Give its folder or its number");
}

/* Weights that diverged have no finite loss, and JSON has no NaN. */
static json_t *figure_json(double figure)
{
    return isfinite(figure) ? json_real(figure) : json_null();
}

static bool print_json(const struct recipe *recipe, const char *model, const struct evaluation *result,
                       struct error *e)
{
    char dataset[sizeof recipe->data.dataset];

    text_sanitise(dataset, sizeof dataset, recipe->data.dataset); /* Jansson accepts valid UTF-8 only */
    json_t *all = json_pack("{s:s, s:s, s:I, s:o, s:o, s:f, s:f}", "dataset", dataset, "model", model, "images",
                            (json_int_t)result->images, "test_loss", figure_json(result->loss), "test_accuracy",
                            figure_json(result->accuracy), "seconds", result->seconds, "images_per_second",
                            result->images / result->seconds);
    bool fine = all && json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) == 0 && putchar('\n') != EOF;

    json_decref(all);
    return fine || error_set(e, ERROR_IO, "cannot print the result");
}

static void print_figure(const char *name, double figure)
{
    if (isfinite(figure))
        printf("%s %.4f  ", name, figure);
    else
        printf("%s n/a  ", name);
}

static void print_text(const struct recipe *recipe, const char *model, const struct evaluation *result)
{
    char dataset[sizeof recipe->data.dataset];

    text_sanitise(dataset, sizeof dataset, recipe->data.dataset);
    print_figure("test loss", result->loss);
    print_figure("test accuracy", result->accuracy);
    printf("%s on %u images of %s, %.0f images/s\n", model, result->images, dataset,
           result->images / result->seconds);
}

static bool run(int argc, char **argv, struct error *e)
{
    struct request request = { .json = false };
    struct evaluation result;
    struct recipe recipe;
    char folder[PATH_SIZE];

    if (!parse(argc, argv, &request, e) || !run_folder_find(request.run, folder, e))
        return false;
    request.setup.folder = folder;
    if (request.setup.dataset && !data_archive_prepare(request.setup.dataset, e))
        return false;
    if (!evaluate_run(&request.setup, &recipe, &result, e))
        return false;
    if (request.json)
        return print_json(&recipe, evaluate_file(&request.setup), &result, e);
    print_text(&recipe, evaluate_file(&request.setup), &result);
    return true;
}

COMMAND(evaluate) = {
    .name = "evaluate",
    .arguments = "RUN [OPTION...]",
    .help = "run the model of a run over test images",
    .details = "RUN is the folder of a run, its name or its number. The loss and accuracy over\n"
               "the test images are printed. A run that goes on, or was killed, has no\n"
               "model.h5 yet: then best.h5 is read, the weights of its best epoch so far.",
    .options = options,
    .run = run,
};
