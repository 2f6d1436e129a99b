#include "run/features_words.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "nn/train/trainer_status.h"

void features_words(const struct trainer_status *s, int frozen, char *out, size_t size)
{
    char layers[32] = "layer 1 gives", bytes[16];

    out[0] = '\0';
    if (frozen > 1)
        snprintf(layers, sizeof layers, "layers 1 to %d give", frozen);
    text_bytes(bytes, sizeof bytes, s->features_bytes + s->features_lacking);
    if (s->features_lacking > 0)
        snprintf(out, size, "there is no room to keep what %s (%s, data.memory): every step computes it", layers,
                 bytes);
    if (s->features_bytes == 0 || s->features_seconds < 0)
        return;
    snprintf(out, size, "what %s of %" PRIu64 " images was computed once, in %.1f s, and is kept (%s)", layers,
             s->features_images, s->features_seconds, bytes);
}
