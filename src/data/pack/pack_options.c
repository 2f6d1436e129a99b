#include "data/pack/pack_options.h"

#include "base/limits.h"

struct pack_wanted pack_options_wanted(const struct pack_options *o, const struct dataset_info *info)
{
    struct pack_wanted wanted = { .as = o->as, .quality = o->quality };

    wanted.pixels = o->as == PACK_RAW
                        ? (struct image_wanted){ info->height, info->width, info->channels, o->wish.fit }
                        : (struct image_wanted){ o->wish.size, o->wish.size, o->wish.channels, o->wish.fit };
    return wanted;
}

void pack_options_count(const struct pack_options *o, const struct dataset_info *info, uint32_t count[SPLIT_COUNT])
{
    for (int i = 0; i < SPLIT_COUNT; i++)
        count[i] = uint32_min(info->count[i], o->limit[i] ? o->limit[i] : UINT32_MAX);
}
