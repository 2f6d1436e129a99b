#include "nn/recipe/device_name.h"

#include <limits.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

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

void device_name_share_words(int replicas, int threads, int batch, char *to, size_t size)
{
    to[0] = '\0';
    text_append(to, size, "%d replicas of %d thread%s, ", replicas, threads, threads == 1 ? "" : "s");
    device_name_each_words(replicas, batch, to, size);
}

void device_name_each_words(int shares, int batch, char *to, size_t size)
{
    const int least = batch / shares, most = int_ceil_div(batch, shares);

    if (least < most)
        text_append(to, size, "%d or ", least);
    text_append(to, size, "%d image%s each", most, most == 1 ? "" : "s");
}

int device_name_replicas(const char *name)
{
    int64_t replicas, threads;

    return device_name_threads(name) > 0 && device_name_read(strchr(name, ':') + 1, &replicas, &threads) ? (int)replicas
                                                                                                         : 1;
}

bool device_name_is_list(const char *name)
{
    static const char gpu[] = "cuda:", digits[] = "0123456789";

    if (strncmp(name, gpu, strlen(gpu)) != 0)
        return false;
    name += strlen(gpu);

    const size_t first = strspn(name, digits);

    return strcmp(name, "all") == 0 || (first > 0 && (name[first] == '-' || name[first] == ','));
}
