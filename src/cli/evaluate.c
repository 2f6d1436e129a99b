/* cuvette evaluate: runs the model of a run over test images. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/data_archive.h"
#include "cli/json_out.h"
#include "cli/network_options.h"
#include "cli/options.h"
#include "run/predictions/evaluate.h"

enum { JSON = NETWORK_OPTIONS };

static const struct command_option options[] = {
    NETWORK_OPTION_ROWS("use the test images of this data set instead of the run's")
    [JSON] = { "json", NULL, "print one JSON object for programs" },
    { .name = NULL },
};

struct request {
    struct network_options model;
    bool json;
};

static bool parse(int argc, char **argv, struct request *request, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        if (option == JSON)
            request->json = true;
        else if (!network_options_take(&request->model, option, word, e))
            return false;
    return network_options_check(&request->model, "", e);
}

static bool print_json(const char *images_of, const char *file, const struct evaluation *result, struct error *e)
{
    json_t *all = json_pack("{s:o, s:o, s:I, s:o, s:o, s:f, s:f}", "dataset", json_out_text(images_of), "model",
                            json_out_text(file), "images", (json_int_t)result->images, "test_loss",
                            json_out_figure(result->loss), "test_accuracy", json_out_figure(result->accuracy),
                            "seconds", result->seconds, "images_per_second", result->images / result->seconds);

    return json_out_print(all, JSON_INDENT(2) | JSON_REAL_PRECISION(9), "the result", e);
}

/* Weights that diverged have no finite loss. */
static void print_figure(const char *name, double figure)
{
    char text[TEXT_LOSS_SIZE] = "n/a";

    if (isfinite(figure))
        text_loss(text, figure);
    printf("%s %s  ", name, text);
}

static void print_text(const char *images_of, const char *file, const struct evaluation *result)
{
    char dataset[PATH_SIZE], model[PATH_SIZE];

    text_sanitise(model, sizeof model, file);
    text_sanitise(dataset, sizeof dataset, images_of);
    print_figure("test loss", result->loss);
    print_figure("test accuracy", result->accuracy);
    printf("%s on %u images of %s, %.0f images/s\n", model, result->images, dataset,
           result->images / result->seconds);
}

/* The data set that was measured, the model's own or another. */
static const char *dataset_of(const struct request *request, const struct network *network)
{
    return request->model.dataset ? request->model.dataset : network->header.recipe.data.dataset;
}

static bool run(int argc, char **argv, struct error *e)
{
    struct request request = { .json = false };
    struct evaluation result;
    struct network network;

    if (!parse(argc, argv, &request, e) || (request.model.dataset && !data_archive_prepare(request.model.dataset, e)) ||
        !network_open(&network, &request.model.network, e))
        return false;

    network_options_tell(&network.moment, &network.assumed);
    bool fine = evaluate_network(&network, request.model.dataset, &result, e);

    network_options_tell_images(&network);
    if (fine && request.json)
        fine = print_json(dataset_of(&request, &network), network_file(&network), &result, e);
    else if (fine)
        print_text(dataset_of(&request, &network), network_file(&network), &result);
    network_close(&network);
    return fine;
}

COMMAND(evaluate) = {
    .name = "evaluate",
    .arguments = "RUN|MODEL [OPTION...]",
    .help = "run the model of a run over test images",
    .details = "RUN is the folder of a run, its name or its number; MODEL a model file, such as\n"
               "model.h5. The loss and accuracy over the test images are printed. A run that\n"
               "goes on, or was killed, has no model.h5 yet: then the weights of its best epoch\n"
               "so far are taken, from best.h5 or the checkpoint.",
    .options = options,
    .run = run,
};
