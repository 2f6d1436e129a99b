#include "run/model/onnx/onnx_graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/version.h"

/* Operator set 17 and IR version 8 are those of ONNX 1.12 of 2022; each program since then reads them. */
enum { OPSET = 17, IR_VERSION = 8 };

/* NULL without memory, which the graph remembers. */
static void *room(struct onnx_graph *g, size_t count, size_t size)
{
    void *bytes = g->failed ? NULL : calloc(count > 0 ? count : 1, size);

    g->failed = !bytes;
    return bytes;
}

static char *copy(struct onnx_graph *g, const char *text)
{
    char *bytes = room(g, strlen(text) + 1, 1);

    return bytes ? strcpy(bytes, text) : NULL;
}

/* As the init of each type makes it; NULL without memory. */
#define MAKER(Type, type)                                                                                              \
    static Type *make_##type(struct onnx_graph *g)                                                                     \
    {                                                                                                                  \
        Type *m = room(g, 1, sizeof *m);                                                                               \
                                                                                                                       \
        if (m)                                                                                                         \
            onnx__##type##__init(m);                                                                                   \
        return m;                                                                                                      \
    }

MAKER(Onnx__GraphProto, graph_proto)
MAKER(Onnx__ModelProto, model_proto)
MAKER(Onnx__NodeProto, node_proto)
MAKER(Onnx__AttributeProto, attribute_proto)
MAKER(Onnx__TensorProto, tensor_proto)
MAKER(Onnx__ValueInfoProto, value_info_proto)
MAKER(Onnx__TypeProto, type_proto)
MAKER(Onnx__TypeProto__Tensor, type_proto__tensor)
MAKER(Onnx__TensorShapeProto, tensor_shape_proto)
MAKER(Onnx__TensorShapeProto__Dimension, tensor_shape_proto__dimension)
MAKER(Onnx__OperatorSetIdProto, operator_set_id_proto)
MAKER(Onnx__StringStringEntryProto, string_string_entry_proto)
#undef MAKER

/* Appends to a repeated field, whose pointers are at *list, and returns what it appended. NULL without memory, and the
 * message, in which there is nothing yet, is freed. */
static void *add(struct onnx_graph *g, void *list, size_t *n, void *one)
{
    void **now;

    memcpy(&now, list, sizeof now);
    if (one && (*n & (*n - 1)) == 0) {
        void **grown = realloc(now, (*n > 0 ? 2 * *n : 1) * sizeof *now);

        g->failed = !grown;
        now = grown ? grown : now;
        memcpy(list, &now, sizeof now);
    }
    if (one && !g->failed) {
        now[(*n)++] = one;
        return one;
    }
    free(one);
    return NULL;
}

void onnx_graph_begin(struct onnx_graph *g, const char *name)
{
    *g = (struct onnx_graph){ .failed = false };
    g->proto = make_graph_proto(g);
    if (g->proto)
        g->proto->name = copy(g, name);
}

static void add_dimension(struct onnx_graph *g, Onnx__TensorShapeProto *shape, int size)
{
    Onnx__TensorShapeProto__Dimension *d = add(g, &shape->dim, &shape->n_dim, make_tensor_shape_proto__dimension(g));

    if (!d)
        return;
    d->value_case = size > 0 ? ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
                             : ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
    if (size > 0)
        d->dim_value = size;
    else
        d->dim_param = copy(g, "N");
}

static void describe(struct onnx_graph *g, Onnx__ValueInfoProto *v, const char *name, const char *help, int rank,
                     const int *dims)
{
    if (!v)
        return;
    v->name = copy(g, name);
    v->doc_string = copy(g, help);
    if (!(v->type = make_type_proto(g)))
        return;
    v->type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    if (!(v->type->tensor_type = make_type_proto__tensor(g)))
        return;
    v->type->tensor_type->has_elem_type = true;
    v->type->tensor_type->elem_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    v->type->tensor_type->shape = make_tensor_shape_proto(g);
    for (int i = 0; !g->failed && i < rank; i++)
        add_dimension(g, v->type->tensor_type->shape, dims[i]);
}

void onnx_graph_input(struct onnx_graph *g, const char *name, const char *help, int rank, const int *dims)
{
    if (!g->failed)
        describe(g, add(g, &g->proto->input, &g->proto->n_input, make_value_info_proto(g)), name, help, rank, dims);
}

void onnx_graph_output(struct onnx_graph *g, const char *name, const char *help, int rank, const int *dims)
{
    if (!g->failed)
        describe(g, add(g, &g->proto->output, &g->proto->n_output, make_value_info_proto(g)), name, help, rank, dims);
}

float *onnx_graph_floats(struct onnx_graph *g, const char *name, int rank, const int *dims, const float *values)
{
    Onnx__TensorProto *t =
        g->failed ? NULL : add(g, &g->proto->initializer, &g->proto->n_initializer, make_tensor_proto(g));
    size_t count = 1;

    if (!t)
        return NULL;
    t->name = copy(g, name);
    t->has_data_type = true;
    t->data_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    t->dims = room(g, (size_t)rank, sizeof *t->dims);
    for (int i = 0; t->dims && i < rank; i++) {
        t->dims[t->n_dims++] = dims[i];
        count *= (size_t)dims[i];
    }
    t->has_raw_data = true;
    t->raw_data.data = room(g, count, sizeof *values);
    if (!t->raw_data.data)
        return NULL;
    t->raw_data.len = count * sizeof *values;
    if (values)
        memcpy(t->raw_data.data, values, t->raw_data.len);
    return (float *)(void *)t->raw_data.data;
}

Onnx__NodeProto *onnx_graph_node(struct onnx_graph *g, const char *type, const char *name,
                                 const char *const inputs[ONNX_INPUTS], const char *output)
{
    Onnx__NodeProto *n = g->failed ? NULL : add(g, &g->proto->node, &g->proto->n_node, make_node_proto(g));

    if (!n)
        return NULL;
    n->op_type = copy(g, type);
    n->name = copy(g, name);
    for (int i = 0; i < ONNX_INPUTS && inputs[i]; i++)
        add(g, &n->input, &n->n_input, copy(g, inputs[i]));
    add(g, &n->output, &n->n_output, copy(g, output));
    return n;
}

static Onnx__AttributeProto *attribute(struct onnx_graph *g, Onnx__NodeProto *n, const char *name,
                                       Onnx__AttributeProto__AttributeType type)
{
    Onnx__AttributeProto *a = n && !g->failed ? add(g, &n->attribute, &n->n_attribute, make_attribute_proto(g)) : NULL;

    if (!a)
        return NULL;
    a->name = copy(g, name);
    a->has_type = true;
    a->type = type;
    return a;
}

void onnx_graph_set_int(struct onnx_graph *g, Onnx__NodeProto *n, const char *name, int64_t value)
{
    Onnx__AttributeProto *a = attribute(g, n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);

    if (a) {
        a->has_i = true;
        a->i = value;
    }
}

void onnx_graph_set_ints(struct onnx_graph *g, Onnx__NodeProto *n, const char *name, int count, const int64_t *values)
{
    Onnx__AttributeProto *a = attribute(g, n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);

    if (a && (a->ints = room(g, (size_t)count, sizeof *values))) {
        memcpy(a->ints, values, (size_t)count * sizeof *values);
        a->n_ints = (size_t)count;
    }
}

void onnx_graph_set_float(struct onnx_graph *g, Onnx__NodeProto *n, const char *name, float value)
{
    Onnx__AttributeProto *a = attribute(g, n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);

    if (a) {
        a->has_f = true;
        a->f = value;
    }
}

void onnx_graph_set_text(struct onnx_graph *g, Onnx__NodeProto *n, const char *name, const char *text)
{
    Onnx__AttributeProto *a = attribute(g, n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING);

    if (a && (a->s.data = (uint8_t *)copy(g, text))) {
        a->has_s = true;
        a->s.len = strlen(text);
    }
}

void onnx_graph_note(struct onnx_graph *g, Onnx__ModelProto *m, const char *key, const char *text)
{
    Onnx__StringStringEntryProto *entry =
        g->failed ? NULL : add(g, &m->metadata_props, &m->n_metadata_props, make_string_string_entry_proto(g));

    if (entry) {
        entry->key = copy(g, key);
        entry->value = copy(g, text);
    }
}

Onnx__ModelProto *onnx_graph_end(struct onnx_graph *g)
{
    Onnx__ModelProto *m = make_model_proto(g);

    if (!m)
        return NULL;
    m->graph = g->proto;
    g->proto = NULL;
    m->has_ir_version = true;
    m->ir_version = IR_VERSION;
    m->producer_name = copy(g, "cuvette");
    m->producer_version = copy(g, CUVETTE_VERSION);
    Onnx__OperatorSetIdProto *set = add(g, &m->opset_import, &m->n_opset_import, make_operator_set_id_proto(g));
    if (set) {
        set->has_version = true;
        set->version = OPSET;
        set->domain = copy(g, "");
    }
    return m;
}

void onnx_graph_free(struct onnx_graph *g)
{
    if (g->proto)
        onnx__graph_proto__free_unpacked(g->proto, NULL);
    g->proto = NULL;
}
