#include "run/model/h5/keras_state.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/guard.h"
#include "base/hdf5.h"
#include "base/text.h"
#include "run/model/h5/hdf5_values.h"
#include "run/model/zip_members.h"

/* "max_pooling2d" of "MaxPooling2D", by Keras's rules: an underscore before a capital that follows a small letter, or
 * that a small letter follows. */
static void snake_case(char *out, size_t size, const char *class)
{
    size_t n = 0;

    for (size_t i = 0; class[i] && n + 2 < size; i++) {
        unsigned char c = (unsigned char)class[i];

        if (i > 0 && isupper(c) && (islower((unsigned char)class[i - 1]) || islower((unsigned char)class[i + 1])))
            out[n++] = '_';
        out[n++] = (char)tolower(c);
    }
    out[n] = '\0';
}

/* Where layers are, and by how much the next of a class has a higher number: the first version of such files, that of
 * TensorFlow 2.12, has each layer with weights in two lists, and counts both. */
struct layers_folder {
    const char *name;
    int step;
};

static const struct layers_folder layers_folders[] = { { "layers", 1 }, { "_layer_checkpoint_dependencies", 2 } };

/* Appends "layers/conv2d_1". */
static void name_layer(char *out, size_t size, const char *folder, const char *class, int number)
{
    text_append(out, size, "%s/%s", folder, class);
    if (number > 0)
        text_append(out, size, "_%d", number);
}

/* Models in models are layers that have layers. */
static void name_node(char *out, size_t size, const struct layers_folder *folder, const struct keras_node *n)
{
    char class[96];

    snake_case(class, sizeof class, n->class);
    out[0] = '\0';
    if (n->outer) {
        name_node(out, size, folder, n->outer);
        text_append(out, size, "/");
    }
    name_layer(out, size, folder->name, class, n->number * folder->step);
}

/* H5Lexists() wants every part of a path to be there. */
static bool has_path(hid_t file, const char *path)
{
    char part[512];

    for (const char *slash = path; slash; slash = strchr(slash + 1, '/'))
        if (slash > path) {
            snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
            if (H5Lexists(file, part, H5P_DEFAULT) <= 0)
                return false;
        }
    return H5Lexists(file, path, H5P_DEFAULT) > 0;
}

bool keras_state_place(hid_t file, const struct keras_array *a, char *to, size_t size, struct error *e)
{
    char layer[480];

    for (size_t i = 0; i < sizeof layers_folders / sizeof *layers_folders; i++) {
        name_node(layer, sizeof layer, &layers_folders[i], a->node);
        if (snprintf(to, size, "%s/vars/%d", layer, a->place) < (int)size && has_path(file, to))
            return true;
    }
    return keras_node_refuse(a->node, e, "its %s is not in the file", a->name);
}

/* Bytes that the weights of a model with these arrays can take: doubles, with an optimiser's moments beside them. */
static size_t most_bytes(const struct keras_array *arrays, int n)
{
    enum { BESIDE = 1 << 26, COPIES = 8 };
    size_t floats = 0;

    for (int i = 0; i < n; i++) {
        size_t count = 1;

        for (int d = 0; d < arrays[i].rank; d++)
            count *= (size_t)arrays[i].dims[d];
        floats += count;
    }
    return BESIDE + COPIES * sizeof(float) * floats;
}

struct reading {
    const char *path;
    const struct keras_array *arrays;
    int n;
    struct zip_member state;
};

static bool read_apart(void *context, struct error *e)
{
    struct reading *r = context;

    if (!zip_members_read(r->path, &r->state, 1, e))
        return false;
    hdf5_lock();
    hid_t file = hdf5_values_open_bytes(r->state.bytes, r->state.size);
    bool read = file >= 0 ? h5_arrays_take(file, r->path, keras_state_place, r->arrays, r->n, e)
                          : hdf5_error(e, ERROR_INPUT, "%s is damaged: its member %s is no HDF5 file", r->path,
                                       KERAS_STATE_MEMBER);

    if (file >= 0)
        H5Fclose(file);
    hdf5_unlock();
    return read;
}

/* Room is asked for in full, and taken as far as it is filled. */
bool keras_state_read(const char *path, const struct keras_array *arrays, int n, struct error *e)
{
    struct reading r = { path, arrays, n, { .name = KERAS_STATE_MEMBER, .most = most_bytes(arrays, n) } };
    const struct guard_limits limits = { .seconds = 60, .bytes = (1 << 30) + 2 * (uint64_t)r.state.most };
    void *room = mmap(NULL, r.state.most, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (room == MAP_FAILED)
        return error_set_errno(e, "cannot read %s", path);
    r.state.bytes = room;
    bool read = guard_run(read_apart, &r, &limits, path, e);

    munmap(room, r.state.most);
    return read;
}

static const float *values_of(const struct trainer_weights *w, const struct keras_weight *of)
{
    return (of->arena == ARENA_PARAMETERS ? w->parameters : w->statistics) + of->first;
}

static bool write_layer(hid_t file, const struct keras_layer *l, int number, const struct trainer_weights *w)
{
    char path[2 * KERAS_NAME_SIZE] = "", name[16];
    hid_t links = H5Pcreate(H5P_LINK_CREATE);

    name_layer(path, sizeof path, "layers", keras_classes[l->kind].begin, number);
    text_append(path, sizeof path, "/vars");
    H5Pset_create_intermediate_group(links, 1);
    hid_t group = H5Gcreate2(file, path, links, H5P_DEFAULT, H5P_DEFAULT);
    bool written = group >= 0 && hdf5_values_write_long_text(group, "name", l->name);

    for (int i = 0; written && i < l->n_weights; i++) {
        snprintf(name, sizeof name, "%d", i);
        written =
            hdf5_values_write_floats(group, name, l->weights[i].rank, l->weights[i].dims, values_of(w, &l->weights[i]));
    }
    if (group >= 0)
        written = H5Gclose(group) >= 0 && written;
    H5Pclose(links);
    return written;
}

static bool write_layers(hid_t file, const struct keras_model *m, const struct trainer_weights *w)
{
    int numbers[KERAS_KIND_COUNT] = { 0 };
    bool written = true;

    for (int i = 0; written && i < m->n_layers; i++) {
        const struct keras_layer *l = &m->layers[m->saved[i]];
        int number = numbers[l->kind]++;

        written = l->n_weights == 0 || write_layer(file, l, number, w);
    }
    return written;
}

void *keras_state_make(const struct keras_model *m, const struct trainer_weights *w, size_t *size)
{
    void *bytes = NULL;

    hdf5_lock();
    hid_t file = hdf5_values_create_in_memory();

    if (file >= 0 && write_layers(file, m, w))
        bytes = hdf5_values_copy_file(file, size);
    if (file >= 0)
        H5Fclose(file);
    hdf5_unlock();
    return bytes;
}
