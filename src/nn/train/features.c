#include "nn/train/features.h"

#include "nn/recipe/augmentation.h"
#include "nn/recipe/model.h"
#include "nn/train/recipe_images.h"

static uint64_t images_of(const struct dataset_info *info)
{
    return (uint64_t)info->count[SPLIT_TRAIN] + info->count[SPLIT_TEST];
}

uint64_t features_bytes(const struct recipe *r, const struct dataset_info *info)
{
    const int frozen = r->training.freeze;
    struct model model;
    struct error ignored;

    if (!r->training.keep_features || frozen == 0 || info->anew || augmentation_any(&r->data) ||
        !model_infer(r, shape_image(info->height, info->width, info->channels), info->classes, &model, &ignored))
        return 0;
    return images_of(info) * shape_size(model.layers[frozen - 1].out) * sizeof(float);
}

bool features_kept(const struct recipe *r, const struct dataset_info *info, uint64_t allotted)
{
    const uint64_t bytes = features_bytes(r, info), memory = recipe_images_memory(r, allotted);
    const uint64_t images = info->in_memory ? images_of(info) * dataset_image_bytes(info) : 0;

    return bytes > 0 && images + bytes <= memory;
}
