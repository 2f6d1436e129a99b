#include "gpu/cudnn/cudnn_descriptor.h"

#include "base/limits.h"

cudnn_descriptor cudnn_descriptor_new(struct cudnn_descriptors *d, enum cudnn_kind kind)
{
    cudnn_descriptor made = NULL;

    d->failed = d->failed || d->n_made == CUDNN_DESCRIPTORS ||
                d->library->cudnnBackendCreateDescriptor(kind, &made) != CUDNN_OK;
    if (d->failed)
        return NULL;
    d->made[d->n_made++] = made;
    return made;
}

void cudnn_descriptor_set(struct cudnn_descriptors *d, cudnn_descriptor to, enum cudnn_attribute attribute,
                          enum cudnn_type type, int64_t count, const void *values)
{
    d->failed = d->failed || d->library->cudnnBackendSetAttribute(to, attribute, type, count, values) != CUDNN_OK;
}

void cudnn_descriptor_refer(struct cudnn_descriptors *d, cudnn_descriptor to, enum cudnn_attribute attribute,
                            cudnn_descriptor other)
{
    cudnn_descriptor_set(d, to, attribute, CUDNN_IS_DESCRIPTOR, 1, &other);
}

void cudnn_descriptor_finish(struct cudnn_descriptors *d, cudnn_descriptor made)
{
    d->failed = d->failed || d->library->cudnnBackendFinalize(made) != CUDNN_OK;
}

int64_t cudnn_descriptor_get(struct cudnn_descriptors *d, cudnn_descriptor from, enum cudnn_attribute attribute,
                             enum cudnn_type type, int64_t room, void *values)
{
    int64_t count = 0;

    d->failed =
        d->failed || d->library->cudnnBackendGetAttribute(from, attribute, type, room, &count, values) != CUDNN_OK;
    return d->failed ? 0 : int64_min(count, room);
}

void cudnn_descriptor_drop_after(struct cudnn_descriptors *d, int kept)
{
    while (d->n_made > kept)
        d->library->cudnnBackendDestroyDescriptor(d->made[--d->n_made]);
}
