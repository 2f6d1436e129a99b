/* ONNX, for programs that only predict: the layers as nodes, and in metadata_props the texts of model_metadata.h. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "run/model/model_format.h"
#include "run/model/model_metadata.h"
#include "run/model/onnx/onnx_operations.h"

/* NULL with an error. */
static Onnx__ModelProto *make(const struct recipe *r, const struct trainer_weights *w, struct error *e)
{
    json_t *notes = model_metadata_make("ONNX", r, w, e), *text;
    struct onnx_graph g = { .proto = NULL };
    bool good = notes && onnx_operations_graph(r, w, &g, e);
    Onnx__ModelProto *m = good ? onnx_graph_end(&g) : NULL;
    const char *key;

    if (m)
        json_object_foreach(notes, key, text) onnx_graph_note(&g, m, key, json_string_value(text));
    if (good && g.failed) {
        onnx__model_proto__free_unpacked(m, NULL);
        m = NULL;
        error_set(e, ERROR_MEMORY, "no memory for the graph of a model");
    }
    onnx_graph_free(&g);
    json_decref(notes);
    return m;
}

/* A message is shorter than 2 GB. */
static bool fits(size_t bytes, struct error *e)
{
    return bytes <= INT_MAX || error_set(e, ERROR_INPUT,
                                         "a model of %.1f GB is too large for an ONNX file, which has 2 GB at most: "
                                         "write it as .safetensors", (double)bytes / 1e9);
}

/* Where the weights alone are too many, nothing is made of them. */
static bool write(const char *path, const struct recipe *r, const struct trainer_weights *w,
                  const struct atomic_wish *wish, struct error *e)
{
    Onnx__ModelProto *m = fits(w->plan->arena_bytes[ARENA_PARAMETERS], e) ? make(r, w, e) : NULL;
    size_t size = m ? onnx__model_proto__get_packed_size(m) : 0;
    uint8_t *bytes = m && fits(size, e) ? memory_new(size, 1, e) : NULL;
    const struct atomic_part whole = { bytes, bytes ? onnx__model_proto__pack(m, bytes) : 0 };
    bool written = bytes && atomic_file_write_parts(path, &whole, 1, wish, e);

    free(bytes);
    if (m)
        onnx__model_proto__free_unpacked(m, NULL);
    return written;
}

MODEL_FORMAT(onnx) = {
    .name = "ONNX",
    .extension = ".onnx",
    .help = "for programs that predict, such as onnxruntime",
    .write = write,
};
