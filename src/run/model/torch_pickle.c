#include "run/model/torch_pickle.h"

#include <string.h>

#include "base/path.h"

/* The first record of a zip: its name's length, then the name. */
enum { ZIP_NAME_LENGTH = 26, ZIP_NAME = 30 };

static bool is_zip(const char *first, size_t size)
{
    static const char record[] = "/data.pkl";
    const size_t wanted = sizeof record - 1;

    if (size < ZIP_NAME || memcmp(first, "PK\x03\x04", 4) != 0)
        return false;
    const unsigned char *length = (const unsigned char *)first + ZIP_NAME_LENGTH;
    size_t name = length[0] + 256u * length[1];

    return name >= wanted && ZIP_NAME + name <= size &&
           memcmp(first + ZIP_NAME + name - wanted, record, wanted) == 0;
}

/* Protocols 2 to 5 begin with their number and an instruction, of which the lowest is a bracket; older ones are texts
 * that look like anything. The length of a safetensors header can begin alike: it has eight bytes, and text behind. */
static bool is_bare(const char *first, size_t size)
{
    const bool is_length = size > 8 && memcmp(first + 3, "\0\0\0\0\0", 5) == 0 && first[8] == '{';

    return size >= 3 && first[0] == '\x80' && first[1] >= 2 && first[1] <= 5 && (unsigned char)first[2] >= '(' &&
           !is_length;
}

bool torch_pickle_is(const char *first, size_t size)
{
    return is_zip(first, size) || is_bare(first, size);
}

bool torch_pickle_is_named(const char *path)
{
    static const char *const extensions[] = { ".pt", ".pth", ".pkl" };
    bool named = false;

    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        named = named || path_ends_with(path, extensions[i]);
    return named;
}

/* A name that is a text in Python as it is, and short enough for an error. */
static const char *spoken_name(const char *path)
{
    enum { LONGEST = 60 };
    const char *name = path_name(path);

    return strlen(name) <= LONGEST && !strpbrk(name, "\"\\\n") ? name : "model.pt";
}

bool torch_pickle_refuse(const char *path, struct error *e)
{
    return error_set(e, ERROR_INPUT,
                     "%.120s is a pickle, which may hold any program, so it is not opened; Python makes a file of its "
                     "weights alone (of a checkpoint, `state` is its \"model\" or \"state_dict\"):"
                     "\n    import torch; from safetensors.torch import save_file"
                     "\n    state = torch.load(\"%s\", map_location=\"cpu\", weights_only=True)"
                     "\n    save_file({k: state[k].clone().contiguous() for k in state}, \"model.safetensors\")",
                     path, spoken_name(path));
}
