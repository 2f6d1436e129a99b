/* Times what becomes of JPEGs on one thread, in turn with libjpeg-turbo's own decoding of the whole file, in seconds of
 * the processor.
 *
 *   decode_cpu [SIDE] [SIZE]               photographs of SIDE (500) pixels, made for it, to squares of SIZE (224)
 *   decode_cpu --write FOLDER SIDE COUNT   the same as files, COUNT of each of four classes, an eighth to validate */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jpeglib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/path.h"
#include "bench/figure.h"
#include "bench/photographs.h"
#include "data/images/image_load.h"

enum { PHOTOGRAPHS = 40, ROUNDS = 15, CLASSES = 4 };

struct photograph {
    uint8_t *bytes;
    size_t size;
};

static struct photograph photographs[PHOTOGRAPHS];
static uint8_t *pixels;
static struct image_scratch scratch;
static uint32_t round_number;

static int fail(const char *what)
{
    fprintf(stderr, "decode_cpu: %s\n", what);
    return 1;
}

/* As any program would that wants the whole image. */
static bool decode_whole(const struct photograph *p, const struct image_wanted *wanted, struct error *e)
{
    struct jpeg_decompress_struct file;
    struct jpeg_error_mgr errors;

    (void)wanted;
    (void)e;
    file.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&file);
    jpeg_mem_src(&file, p->bytes, p->size);
    jpeg_read_header(&file, TRUE);
    file.out_color_space = JCS_RGB;
    jpeg_start_decompress(&file);
    while (file.output_scanline < file.output_height) {
        JSAMPROW row = pixels + (size_t)file.output_scanline * file.output_width * 3;

        jpeg_read_scanlines(&file, &row, 1);
    }
    jpeg_finish_decompress(&file);
    jpeg_destroy_decompress(&file);
    return true;
}

static bool load_middle(const struct photograph *p, const struct image_wanted *wanted, struct error *e)
{
    return image_load(p->bytes, p->size, wanted, NULL, pixels, &scratch, e);
}

static bool load_random(const struct photograph *p, const struct image_wanted *wanted, struct error *e)
{
    const struct image_draw draw = { .epoch = round_number, .image = (uint32_t)(p - photographs) };

    return image_load(p->bytes, p->size, wanted, &draw, pixels, &scratch, e);
}

static const struct way {
    const char *name;
    bool (*go)(const struct photograph *p, const struct image_wanted *wanted, struct error *e);
} ways[] = {
    { "libjpeg_turbo", decode_whole },
    { "middle", load_middle },
    { "random", load_random },
};
enum { WAYS = sizeof ways / sizeof *ways };

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static bool measure(const struct image_wanted *wanted, double seconds[WAYS][ROUNDS], struct error *e)
{
    for (int round = 0; round < ROUNDS; round++, round_number++)
        for (int w = 0; w < WAYS; w++) {
            double began = clock_thread_seconds();

            for (int i = 0; i < PHOTOGRAPHS; i++)
                if (!ways[w].go(&photographs[i], wanted, e))
                    return false;
            seconds[w][round] = clock_thread_seconds() - began;
        }
    return true;
}

static int bench(int side, int size)
{
    const struct image_wanted wanted = { size, size, 3, IMAGE_CROP };
    static double seconds[WAYS][ROUNDS];
    struct error e;
    size_t bytes = 0;

    pixels = malloc((size_t)side * (size_t)side * 3 + (size_t)size * (size_t)size * 3);
    for (uint32_t i = 0; i < PHOTOGRAPHS; i++) {
        photographs[i].bytes = photographs_make(side, (int)i, i, &photographs[i].size);
        if (!photographs[i].bytes || !pixels)
            return fail("not enough memory");
        bytes += photographs[i].size;
    }
    if (!measure(&wanted, seconds, &e))
        return fail(e.text);
    printf("%d photographs of %d pixels, %.0f KB each, to %d pixels; medians of %d rounds\n", PHOTOGRAPHS, side,
           (double)bytes / PHOTOGRAPHS / 1e3, size, ROUNDS);
    for (int w = 0; w < WAYS; w++) {
        char name[64];

        qsort(seconds[w], ROUNDS, sizeof **seconds, ascending);
        figure_print(ways[w].name, PHOTOGRAPHS / seconds[w][ROUNDS / 2], "images/s");
        snprintf(name, sizeof name, "%s_share", ways[w].name);
        figure_print(name, seconds[0][ROUNDS / 2] / seconds[w][ROUNDS / 2], "of libjpeg_turbo");
    }
    return 0;
}

static bool write_one(const char *folder, const char *split, int class, uint32_t number, int side)
{
    char path[PATH_SIZE];
    size_t size;
    uint8_t *bytes = photographs_make(side, class, number * CLASSES + (uint32_t)class, &size);
    FILE *file;

    snprintf(path, sizeof path, "%.800s/%s/class%d/%05u.jpg", folder, split, class, number);
    file = bytes ? fopen(path, "wb") : NULL;
    bool written = file && fwrite(bytes, 1, size, file) == size;

    written = file && fclose(file) == 0 && written;
    free(bytes);
    return written;
}

static int write_tree(const char *folder, int side, uint32_t count)
{
    static const char *const splits[] = { "train", "val" };
    char path[PATH_SIZE];

    mkdir(folder, 0777);
    for (int s = 0; s < 2; s++) {
        snprintf(path, sizeof path, "%.800s/%s", folder, splits[s]);
        mkdir(path, 0777);
        for (int class = 0; class < CLASSES; class++) {
            snprintf(path, sizeof path, "%.800s/%s/class%d", folder, splits[s], class);
            mkdir(path, 0777);
            for (uint32_t i = 0; i < (s == 0 ? count : count / 8); i++)
                if (!write_one(folder, splits[s], class, s == 0 ? i : count + i, side))
                    return fail("cannot write the photographs");
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "--write") == 0)
        return write_tree(argv[2], atoi(argv[3]), (uint32_t)atoi(argv[4]));
    return bench(argc > 1 ? atoi(argv[1]) : 500, argc > 2 ? atoi(argv[2]) : 224);
}
