#include "tests/fuzz/fuzz.h"

#include <ftw.h>
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "data/sources/source.h"

static char scratch[PATH_SIZE];

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void fuzz_remove(const char *folder)
{
    FUZZ_HOLDS(nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

static void end(void)
{
    fuzz_remove(scratch);
}

void fuzz_begin(void)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

    snprintf(scratch, sizeof scratch, "%s/cuvette-fuzz-XXXXXX", base);
    FUZZ_HOLDS(mkdtemp(scratch) && chdir(scratch) == 0);
    atexit(end);
}

void fuzz_folder(const char *name)
{
    FUZZ_HOLDS(mkdir(name, 0700) == 0);
}

void fuzz_alias(const char *of, const char *const names[])
{
    for (int i = 0; names[i]; i++)
        FUZZ_HOLDS(symlink(of, names[i]) == 0);
}

void fuzz_write(const char *name, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(name, "wb");

    FUZZ_HOLDS(file && fwrite(bytes, 1, size, file) == size);
    FUZZ_HOLDS(fclose(file) == 0);
}

struct fuzz_part fuzz_part(const uint8_t **bytes, size_t *size)
{
    static const char separator[] = "\n~~\n";
    const uint8_t *at = memmem(*bytes, *size, separator, sizeof separator - 1);
    struct fuzz_part part = { *bytes, at ? (size_t)(at - *bytes) : *size };
    size_t past = at ? part.size + sizeof separator - 1 : part.size;

    *bytes += past;
    *size -= past;
    return part;
}

static void die_silently(void)
{
    static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE };

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
    __sanitizer_set_death_callback(NULL);
    FUZZ_HOLDS(freopen("/dev/null", "w", stderr));
}

void fuzz_forget_guards(void)
{
    FUZZ_HOLDS(pthread_atfork(NULL, NULL, die_silently) == 0);
}

static void check_description(const struct dataset_info *info)
{
    FUZZ_HOLDS(info->height >= 1 && info->height <= SIDE_MAX && info->width >= 1 && info->width <= SIDE_MAX);
    FUZZ_HOLDS(info->channels >= 1 && info->channels <= CHANNELS_MAX);
    FUZZ_HOLDS(info->classes >= 1 && info->classes <= CLASSES_MAX);
    FUZZ_HOLDS(info->count[SPLIT_TRAIN] > 0);
    for (int i = 0; info->class_names && i < info->classes; i++)
        FUZZ_HOLDS(memchr(info->class_names[i], '\0', CLASS_NAME_SIZE));
}

/* The last, the first and the middle one: backwards and forwards. */
static void read_split(struct source *s, const struct dataset_info *info, enum split split, uint8_t *images)
{
    const uint32_t count = info->count[split], last = count - 1, index[] = { last, 0, last / 2 };
    int32_t labels[2];
    struct error e;

    for (int i = 0; count > 0 && i < 2; i++)
        if (source_read(s, split, &index[i], 2, images, labels, &e))
            FUZZ_HOLDS(labels[0] >= 0 && labels[0] < info->classes && labels[1] >= 0 && labels[1] < info->classes);
}

void fuzz_source(const char *path)
{
    const size_t image_most = 1 << 22;
    struct error e;
    struct source *s = source_open(path, &(struct source_wish){ .size = 8 }, &e);
    struct dataset_info info;

    if (!s)
        return;
    source_describe(s, &info);
    check_description(&info);

    size_t bytes = dataset_image_bytes(&info);
    uint8_t *images = bytes <= image_most ? malloc(2 * bytes) : NULL;

    for (int i = 0; images && i < SPLIT_COUNT; i++)
        read_split(s, &info, (enum split)i, images);
    free(images);
    source_close(s);
}

void fuzz_batches_begin(const char *const images[], const char *const names[])
{
    fuzz_begin();
    fuzz_folder("ten");
    fuzz_folder("hundred");
    fuzz_alias("../images", images);
    fuzz_alias("../names", names);
}

void fuzz_batches(const uint8_t *bytes, size_t size)
{
    struct fuzz_part names = fuzz_part(&bytes, &size);

    fuzz_write("names", names.bytes, names.size);
    fuzz_write("images", bytes, size);
    fuzz_source("ten");
    fuzz_source("hundred");
}
