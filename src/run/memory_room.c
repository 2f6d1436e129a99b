#include "run/memory_room.h"

#include <math.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "host/host_memory.h"
#include "host/ranks.h"

struct memory_room memory_room_read(const struct device *device)
{
    struct memory_room room = { .device = device->info.threads > 0 ? 0 : device->info.memory };
    struct host_memory now;

    host_memory_read(&now);
    room.ranks = ranks_read().count;
    room.beside = now.sharers;
    if (now.limit.known)
        room.limit = (uint64_t)now.limit.value;
    if (now.limit.known && now.used.known)
        room.host = (uint64_t)fmax(now.limit.value - now.used.value, 1);
    return room;
}

/* `sharers`: ranks that have as much each; 1: it is alone with it. */
static bool refuse(uint64_t needed, uint64_t there, const char *words, int sharers, const struct memory_need *n,
                   struct error *e)
{
    char need[32], room[32], advice[96], who[64] = "it";

    text_bytes(need, sizeof need, needed);
    text_bytes(room, sizeof room, there);
    if (sharers > 1)
        snprintf(who, sizeof who, "each of the %d ranks on this node", sharers);
    error_set(e, ERROR_MEMORY, "the run does not fit: %s needs %s, and %s %s%s", who, need, room, words,
              sharers > 1 ? " for it" : "");
    memory_need_advice(n, advice, sizeof advice);
    if (advice[0])
        text_append(e->text, sizeof e->text, "; %s", advice);
    return false;
}

bool memory_room_check(const struct memory_room *room, const struct memory_need *need, struct error *e)
{
    bool host = room->host > 0 && need->host > room->host;

    return memory_need_fits(need, room) || refuse(host ? need->host : need->device, host ? room->host : room->device,
                                                  "are free", host ? room->beside : 1, need, e);
}

bool memory_room_check_limit(const struct memory_room *room, const struct memory_need *need, struct error *e)
{
    if (room->limit == 0 || need->host <= room->limit)
        return true;
    refuse(need->host, room->limit, "are there", room->beside, need, e);
    text_append(e->text, sizeof e->text, "; --mem=%.0fG asks Slurm for more",
                ceil(1.2 * (double)need->host * int_max(1, room->beside) / 0x1p30));
    return false;
}
