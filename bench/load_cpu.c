/* Times the loader on a folder of images: images a second of the clock and of the processors, one epoch.
 *
 *   load_cpu FOLDER SIZE [crop|resize]   random parts, or whole images, to squares of SIZE, in batches of 64 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "bench/figure.h"
#include "data/loader.h"
#include "data/sources/source_scaled.h"

static double processor_seconds(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
           ((double)used.ru_utime.tv_usec + (double)used.ru_stime.tv_usec) * 1e-6;
}

static bool run_epoch(struct loader *l, struct error *e)
{
    const struct batch *b;
    double began = clock_seconds(), before = processor_seconds(), images = 0;

    if (!loader_start(l, 1, 0, e))
        return false;
    while ((b = loader_next(l, e)))
        images += b->count;
    figure_print("images_per_second", images / (clock_seconds() - began), "images/s");
    figure_print("images_per_core_second", images / (processor_seconds() - before), "images/s");
    return e->kind == ERROR_NONE;
}

int main(int argc, char **argv)
{
    const bool crop = argc < 4 || strcmp(argv[3], "resize") != 0;
    const struct source_wish wish = {
        .size = argc > 2 ? atoi(argv[2]) : 224, .fit = IMAGE_STRETCH, .channels = 3, .cropped = crop
    };
    const struct loader_options options = { .subset = SUBSET_TRAIN, .batch = 64, .shuffle = true, .cropped = crop };
    struct error e = { 0 };
    struct source *s = argc > 1 ? source_open(argv[1], &wish, &e) : NULL;
    struct loader *l;
    bool good;

    if (argc < 2)
        error_set(&e, ERROR_USAGE, "load_cpu FOLDER SIZE [crop|resize]");
    s = s ? source_scaled_open(s, &wish, &e) : NULL;
    l = s ? loader_open(s, &options, &e) : NULL;
    good = l && run_epoch(l, &e);
    if (!good)
        fprintf(stderr, "load_cpu: %s\n", e.text);
    loader_close(l);
    source_close(s);
    return error_exit_code(good ? ERROR_NONE : e.kind);
}
