#include "nn/recipe/device_name.h"

#include <limits.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "nn/recipe/shares.h"

/* Does one of the names between commas begin with this one? */
static bool has_kind(const char *names, const char *kind)
{
    for (const char *one = names; *one; one += strcspn(one, ",")) {
        one += strspn(one, ", ");
        if (strncmp(one, kind, strlen(kind)) == 0)
            return true;
    }
    return false;
}

bool device_name_check(const char *name, struct error *e)
{
    return !has_kind(name, "cpu") || !has_kind(name, "cuda") ||
           error_set(e, ERROR_INPUT, "device \"%s\": a CPU and GPUs do not share a batch; take GPUs alone, as cuda:0, "
                     "cuda:0,2 or cuda:all, or cpu", name);
}

bool device_name_read(const char *behind, int64_t *replicas, int64_t *threads)
{
    const size_t length = strcspn(behind, "x");
    char before[24];

    *replicas = 1;
    if (behind[length] == '\0')
        return text_to_int64(behind, threads);
    if (length >= sizeof before)
        return false;
    memcpy(before, behind, length);
    before[length] = '\0';
    return text_to_int64(before, replicas) && text_to_int64(behind + length + 1, threads);
}

int device_name_threads(const char *name)
{
    static const char cpu[] = "cpu:";
    int64_t replicas, threads;

    if (strncmp(name, cpu, strlen(cpu)) != 0 || !device_name_read(name + strlen(cpu), &replicas, &threads))
        return 0;
    return replicas < 1 || threads < 1 || replicas > INT_MAX / threads ? 0 : (int)(replicas * threads);
}

void device_name_share_words(int replicas, int threads, const char *shares, int batch, char *to, size_t size)
{
    to[0] = '\0';
    if (threads > 0)
        text_append(to, size, "%d replicas of %d thread%s, ", replicas, threads, threads == 1 ? "" : "s");
    else
        text_append(to, size, "%d GPUs, ", replicas);
    device_name_each_words(replicas, shares, batch, to, size);
}

void device_name_each_words(int ranks, const char *shares, int batch, char *to, size_t size)
{
    int least = batch, most = 0;

    for (int rank = 0; rank < ranks; rank++) {
        const struct slice s = slice_of((uint32_t)batch, shares_of(shares, rank, ranks));

        least = int_min(least, (int)(s.end - s.begin));
        most = int_max(most, (int)(s.end - s.begin));
    }
    if (shares_kind(shares) == SHARES_MEASURED) {
        text_append(to, size, "images by speed");
        return;
    }
    if (least < most)
        text_append(to, size, most - least > 1 ? "%d to " : "%d or ", least);
    text_append(to, size, "%d image%s each", most, most == 1 ? "" : "s");
}

int device_name_replicas(const char *name)
{
    int64_t replicas, threads;

    return device_name_threads(name) > 0 && device_name_read(strchr(name, ':') + 1, &replicas, &threads) ? (int)replicas
                                                                                                         : 1;
}

static const char gpu[] = "cuda", all[] = "all", digits[] = "0123456789";
enum { NUMBERS = 64 };

/* What stands behind "cuda:"; NULL: it is no such name. */
static const char *behind_colon(const char *name)
{
    const size_t length = strlen(gpu);

    return strncmp(name, gpu, length) == 0 && name[length] == ':' ? name + length + 1 : NULL;
}

bool device_name_is_gpu(const char *name)
{
    return strncmp(name, "cuda", strlen("cuda")) == 0;
}

bool device_name_is_list(const char *name)
{
    const char *numbers = behind_colon(name);
    const size_t first = numbers ? strspn(numbers, digits) : 0;

    return numbers && (strcmp(numbers, all) == 0 || (first > 0 && (numbers[first] == '-' || numbers[first] == ',')));
}

/* The number that `*text` begins with, which is moved behind it; -1: it is none, or too large. */
static int take_number(const char **text)
{
    int number = 0;

    if (strspn(*text, digits) == 0)
        return -1;
    for (; **text >= '0' && **text <= '9'; (*text)++)
        number = number < NUMBERS ? 10 * number + (**text - '0') : NUMBERS;
    return number < NUMBERS ? number : -1;
}

/* "2" or "0-3". */
static bool take_range(const char **text, uint64_t *numbers)
{
    int first = take_number(text), last = first;

    if (first >= 0 && **text == '-') {
        (*text)++;
        last = take_number(text);
    }
    if (first < 0 || last < first)
        return false;
    for (int n = first; n <= last; n++)
        *numbers |= UINT64_C(1) << n;
    return true;
}

bool device_name_read_list(const char *name, uint64_t *numbers)
{
    const char *text = behind_colon(name);

    *numbers = 0;
    if (text && strcmp(text, all) == 0) {
        *numbers = UINT64_MAX;
        return true;
    }
    while (text && take_range(&text, numbers)) {
        if (*text == '\0')
            return true;
        if (*text++ != ',')
            return false;
    }
    return false;
}

void device_name_write_list(uint64_t numbers, char *to, size_t size)
{
    const char *between = ":";

    to[0] = '\0';
    text_append(to, size, "%s", gpu);
    for (int first = 0, last; first < NUMBERS; first = last + 1) {
        for (last = first; last + 1 < NUMBERS && (numbers >> first & 1) && (numbers >> (last + 1) & 1);)
            last++;
        if (!(numbers >> first & 1))
            continue;
        text_append(to, size, last > first ? "%s%d-%d" : "%s%d", between, first, last);
        between = ",";
    }
}

int device_name_gpu(const char *name)
{
    const char *text = behind_colon(name);
    const int number = text ? take_number(&text) : -1;

    return number >= 0 && *text == '\0' ? number : -1;
}

int device_name_gpus(const char *name)
{
    uint64_t numbers;

    if (strcmp(name, gpu) == 0)
        return 1;
    return device_name_read_list(name, &numbers) && numbers != UINT64_MAX ? __builtin_popcountll(numbers) : 0;
}
