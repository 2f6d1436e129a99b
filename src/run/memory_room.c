#include "run/memory_room.h"

#include <math.h>

#include "base/text.h"
#include "host/host_memory.h"

struct memory_room memory_room_read(const struct device *device)
{
    struct memory_room room = { .device = device->info.threads > 0 ? 0 : device->info.memory };
    struct host_memory now;

    host_memory_read(&now);
    if (now.limit.known)
        room.limit = (uint64_t)now.limit.value;
    if (now.limit.known && now.used.known)
        room.host = (uint64_t)fmax(now.limit.value - now.used.value, 1);
    return room;
}

static bool refuse(uint64_t needed, uint64_t there, const char *words, const struct memory_need *n, struct error *e)
{
    char need[32], room[32], advice[96];

    text_bytes(need, sizeof need, needed);
    text_bytes(room, sizeof room, there);
    error_set(e, ERROR_MEMORY, "the run does not fit: it needs %s, and %s %s", need, room, words);
    memory_need_advice(n, advice, sizeof advice);
    if (advice[0])
        text_append(e->text, sizeof e->text, "; %s", advice);
    return false;
}

bool memory_room_check(const struct memory_room *room, const struct memory_need *need, struct error *e)
{
    bool host = room->host > 0 && need->host > room->host;

    return memory_need_fits(need, room) || refuse(host ? need->host : need->device, host ? room->host : room->device,
                                                  "are free", need, e);
}

bool memory_room_check_limit(const struct memory_room *room, const struct memory_need *need, struct error *e)
{
    if (room->limit == 0 || need->host <= room->limit)
        return true;
    refuse(need->host, room->limit, "are there", need, e);
    text_append(e->text, sizeof e->text, "; --mem=%.0fG asks Slurm for more", ceil(1.2 * (double)need->host / 0x1p30));
    return false;
}
