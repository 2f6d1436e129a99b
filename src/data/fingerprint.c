#include "data/fingerprint.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

enum { SAMPLE = 32 /* images of a split */, ROOM = 8 << 20 /* bytes that are read at once */ };

struct number {
    size_t offset;
    const char *words;
};

static const struct number counts[] = {
#define NUMBER(name, words) { offsetof(struct fingerprint, name), words },
    FINGERPRINT_COUNTS(NUMBER)
}, hashes[] = {
    FINGERPRINT_HASHES(NUMBER)
#undef NUMBER
};

enum { COUNTS = sizeof counts / sizeof *counts, HASHES = sizeof hashes / sizeof *hashes };

static uint64_t at(const struct fingerprint *f, const struct number *number)
{
    uint64_t value;

    memcpy(&value, (const char *)f + number->offset, sizeof value);
    return value;
}

/* 0 says that nothing is known. */
static uint64_t known(uint64_t hash)
{
    return hash ? hash : 1;
}

static uint64_t hash_of_names(const struct dataset_info *info)
{
    uint64_t hash = 1;

    for (int i = 0; info->class_names && i < info->classes; i++)
        hash = hash_bytes(info->class_names[i], strlen(info->class_names[i]), hash);
    return known(hash);
}

/* Images and labels of some, from the first to the last. */
static bool hash_sample(struct source *s, const struct dataset_info *info, enum split split, uint64_t *hash,
                        struct error *e)
{
    const size_t bytes = dataset_image_bytes(info);
    const uint32_t all = info->count[split], n = uint32_min(all, SAMPLE);
    const uint32_t block = uint32_min(n, (uint32_t)size_max(ROOM / bytes, 1));
    uint8_t *images = memory_new(block, bytes, e);
    bool good = images != NULL;
    uint32_t index[SAMPLE];
    int32_t labels[SAMPLE];

    for (uint32_t i = 0; i < n; i++)
        index[i] = n > 1 ? (uint32_t)((uint64_t)(all - 1) * i / (n - 1)) : 0;
    *hash = 1;
    for (uint32_t i = 0, some; good && i < n; i += some) {
        some = uint32_min(block, n - i);
        good = source_read(s, split, index + i, (int)some, images, labels, e);
        if (good)
            *hash = hash_bytes(labels, some * sizeof *labels, hash_bytes(images, some * bytes, *hash));
    }
    *hash = known(*hash);
    free(images);
    return good;
}

/* Only where they are there without the images. What stands in for an image that cannot be read has its own label in
 * memory, and the image's elsewhere. */
static bool hash_labels(const struct source *s, const struct dataset_info *info, enum split split, uint64_t *hash,
                        struct error *e)
{
    const uint32_t count = info->count[split];

    if (!s->ops->labels || info->unreadable > 0)
        return true;
    int32_t *labels = memory_new(count, sizeof *labels, e);

    if (!labels)
        return false;
    s->ops->labels(s, split, labels);
    *hash = known(hash_bytes(labels, count * sizeof *labels, 1));
    free(labels);
    return true;
}

bool fingerprint_take(struct fingerprint *out, struct source *s, struct error *e)
{
    uint64_t *const labels[] = { [SPLIT_TRAIN] = &out->train_labels, [SPLIT_TEST] = &out->test_labels };
    uint64_t *const samples[] = { [SPLIT_TRAIN] = &out->train_sample, [SPLIT_TEST] = &out->test_sample };
    struct dataset_info info;

    source_describe(s, &info);
    *out = (struct fingerprint){ .train_images = info.count[SPLIT_TRAIN],
                                 .test_images = info.count[SPLIT_TEST],
                                 .height = (uint64_t)info.height,
                                 .width = (uint64_t)info.width,
                                 .channels = (uint64_t)info.channels,
                                 .classes = (uint64_t)info.classes,
                                 .class_names = hash_of_names(&info) };
    for (int split = 0; split < SPLIT_COUNT; split++)
        if (info.count[split] > 0 && (!hash_labels(s, &info, (enum split)split, labels[split], e) ||
                                      !hash_sample(s, &info, (enum split)split, samples[split], e)))
            return false;
    return true;
}

/* Where there are more or fewer images, all else of them that differs follows from that. */
bool fingerprint_differs(struct fingerprint_side one, struct fingerprint_side other, char *words, size_t size)
{
    const struct fingerprint *a = one.print, *b = other.print;

    words[0] = '\0';
    if (a->train_images == 0 || b->train_images == 0)
        return false;
    for (int i = 0; i < COUNTS; i++)
        if (at(a, &counts[i]) != at(b, &counts[i]))
            text_append(words, size, "%s%llu %s %s, %llu %s", words[0] ? "; " : "",
                        (unsigned long long)at(a, &counts[i]), counts[i].words, one.place,
                        (unsigned long long)at(b, &counts[i]), other.place);
    bool counted = words[0] != '\0';
    for (int i = 0; i < HASHES && !counted; i++)
        if (at(a, &hashes[i]) && at(b, &hashes[i]) && at(a, &hashes[i]) != at(b, &hashes[i]))
            text_append(words, size, "%s %s", words[0] ? "," : "other", hashes[i].words);
    return words[0] != '\0';
}
