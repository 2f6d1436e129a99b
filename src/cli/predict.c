/* cuvette predict: what a model says of single images. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/data_archive.h"
#include "cli/interrupt.h"
#include "cli/network_options.h"
#include "cli/options.h"
#include "cli/predict_print.h"
#include "cli/telling.h"
#include "data/sources/image_files.h"
#include "run/predictions/predict_named.h"

enum { CSV = NETWORK_OPTIONS, JSON };

enum { NAMED_MOST = 10 /* broken images that are named in words */ };

static const struct command_option options[] = {
    NETWORK_OPTION_ROWS("numbers are of images of this data set instead of the run's")
    [CSV] = { "csv", NULL, "print a table for programs, a line an image" },
    [JSON] = { "json", NULL, "print one JSON object for programs" },
    { .name = NULL },
};

struct request {
    struct network_options model;
    enum predict_form form;
    struct predict_images images;
};

static bool choose_form(struct request *request, enum predict_form form, struct error *e)
{
    if (request->form != PREDICT_TEXT && request->form != form)
        return error_set(e, ERROR_USAGE, "--csv and --json are two forms of the same: give one of them");
    request->form = form;
    return true;
}

static bool parse(int argc, char **argv, struct request *request, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;
    bool good = true;

    for (int option; good && (option = options_next(&words, &word, e)) != OPTIONS_END;)
        switch (option) {
        case CSV:
            good = choose_form(request, PREDICT_CSV, e);
            break;
        case JSON:
            good = choose_form(request, PREDICT_JSON, e);
            break;
        default:
            good = option == OPTIONS_WORD && request->model.network.from
                       ? predict_images_add(&request->images, word, e)
                       : network_options_take(&request->model, option, word, e);
        }
    return good && network_options_check(&request->model, ", and then images", e) &&
           (request->images.n > 0 ||
            error_set(e, ERROR_USAGE, "which images? Give files, folders, numbers of test images, or - for names on "
                                      "standard input"));
}

/* All answers, by where the images come from. */
struct answers {
    struct network network;
    struct predict_result of_files, of_numbers;
    struct source *files; /* NULL: there are none */
    const char **paths;
    struct predict_number *numbers;
    uint32_t n_files, n_numbers;
    struct predict_answer *answers; /* [images] in the order of asking */
};

static bool sort_out(struct answers *a, const struct predict_images *images, struct error *e)
{
    a->paths = memory_new(images->n, sizeof *a->paths, e);
    a->numbers = a->paths ? memory_new(images->n, sizeof *a->numbers, e) : NULL;
    a->answers = a->numbers ? memory_new(images->n, sizeof *a->answers, e) : NULL;
    for (uint32_t i = 0; a->answers && i < images->n; i++) {
        const struct predict_image *image = &images->image[i];

        a->answers[i] = (struct predict_answer){ .image = image,
                                                 .in = image->path ? &a->of_files.predictions
                                                                   : &a->of_numbers.predictions,
                                                 .at = image->path ? a->n_files : a->n_numbers };
        if (image->path)
            a->paths[a->n_files++] = image->path;
        else
            a->numbers[a->n_numbers++] = (struct predict_number){ image->split, image->index };
    }
    return a->answers;
}

static bool ask(struct answers *a, const struct request *request, struct error *e)
{
    struct telling telling = telling_begin("looking at images");
    const struct predict_setup setup = { .progress = telling_progress, .context = &telling };
    const bool good = (a->n_numbers == 0 || predict_numbers(&a->network, request->model.dataset, a->numbers,
                                                            a->n_numbers, &a->of_numbers, e)) &&
                      (a->n_files == 0 || predict_files(&a->network, a->paths, a->n_files, &setup, &a->of_files,
                                                        &a->files, e));

    telling_end(&telling);
    for (uint32_t i = 0; good && i < request->images.n; i++)
        if (a->answers[i].image->path)
            a->answers[i].problem = image_files_problem(a->files, a->answers[i].at);
    return good;
}

static void free_answers(struct answers *a)
{
    predictions_free(&a->of_files.predictions);
    predictions_free(&a->of_numbers.predictions);
    source_close(a->files);
    free(a->paths);
    free(a->numbers);
    free(a->answers);
    network_close(&a->network);
}

static void print_problem(const struct predict_answer *answer)
{
    char name[PATH_SIZE], problem[sizeof((struct error *)0)->text];

    predict_images_name(answer->image, name, sizeof name);
    text_sanitise(problem, sizeof problem, answer->problem);
    fprintf(stderr, "%s: %s\n", name, problem);
}

/* What is broken in a folder is told of; what was named by itself, and all there was, is an error, too. */
static bool tell_broken(const struct answers *a, uint32_t n, struct error *e)
{
    uint32_t broken = 0, named = 0;

    for (uint32_t i = 0; i < n; i++)
        if (a->answers[i].problem) {
            if (broken++ < NAMED_MOST)
                print_problem(&a->answers[i]);
            named += a->answers[i].image->named;
        }
    if (named > 0 || broken == n)
        return error_set(e, ERROR_INPUT, "%u of %u images could not be read", broken, n);
    if (broken > 0)
        fprintf(stderr, "%u of %u images could not be read, and were left out\n", broken, n);
    return true;
}

static bool answer(const struct request *request, struct error *e)
{
    struct answers a = { .n_files = 0 };

    if (!network_open(&a.network, &request->model.network, e))
        return false;

    network_options_tell(&a.network.moment, &a.network.assumed);
    bool good = sort_out(&a, &request->images, e) && ask(&a, request, e) &&
                predict_print(request->form, &a.network, a.answers, request->images.n, e);

    fflush(stdout);
    network_options_tell_images(&a.network);
    good = good && tell_broken(&a, request->images.n, e);
    free_answers(&a);
    return good;
}

static bool run(int argc, char **argv, struct error *e)
{
    struct request request = { .form = PREDICT_TEXT };

    interrupt_begin();

    bool good = parse(argc, argv, &request, e) &&
                (!request.model.dataset || data_archive_prepare(request.model.dataset, e)) && answer(&request, e);

    predict_images_free(&request.images);
    return good;
}

COMMAND(predict) = {
    .name = "predict",
    .arguments = "RUN|MODEL IMAGE... [OPTION...]",
    .help = "say what a model takes images for",
    .details = "RUN is the folder of a run, its name or its number; MODEL a model file. IMAGE is\n"
               "a file (JPEG or PNG), a folder with all images in it, the number of a test image\n"
               "of the run's data set (17, or train:17), or - for names of files on standard\n"
               "input, one a line. Images become as large and of such colours as those that the\n"
               "model was tested on. Of each the five likeliest classes are printed with their\n"
               "probabilities. Broken images in a folder are left out and named; one that was\n"
               "asked for by itself is an error, once the others are printed.",
    .options = options,
    .run = run,
};
