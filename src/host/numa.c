#include "host/numa.h"

#if __has_include(<hwloc.h>)

#include <dlfcn.h>
#include <errno.h>
#include <hwloc.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* The functions in use, X(name). */
#define CALLS(X) \
    X(get_api_version) \
    X(topology_init) \
    X(topology_load) \
    X(topology_destroy) \
    X(get_nbobjs_by_depth) \
    X(get_obj_by_depth) \
    X(bitmap_alloc) \
    X(bitmap_free) \
    X(bitmap_set) \
    X(bitmap_and) \
    X(bitmap_intersects) \
    X(bitmap_weight) \
    X(set_cpubind) \
    X(set_membind)

struct calls {
#define CALL(name) __typeof__(hwloc_##name) *name;
    CALLS(CALL)
#undef CALL
};

static const struct {
    size_t offset;
    const char *name;
} calls_in_use[] = {
#define CALL(name) { offsetof(struct calls, name), "hwloc_" #name },
    CALLS(CALL)
#undef CALL
};

/* Of version 2, whose structs are those of the header. It stays loaded. */
static bool load(struct calls *out, struct error *e)
{
    static const char library[] = "libhwloc.so.15";
    const unsigned major = HWLOC_API_VERSION >> 16;
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);

    if (!handle)
        return error_set(e, ERROR_DEVICE, "there is no %s on this node", library);
    for (size_t i = 0; i < sizeof calls_in_use / sizeof *calls_in_use; i++) {
        void *found = dlsym(handle, calls_in_use[i].name);

        if (!found)
            return error_set(e, ERROR_DEVICE, "%s has no %s", library, calls_in_use[i].name);
        memcpy((char *)out + calls_in_use[i].offset, &found, sizeof found);
    }
    return out->get_api_version() >> 16 == major ||
           error_set(e, ERROR_DEVICE, "%s is of version %u, not %u", library, out->get_api_version() >> 16, major);
}

/* A machine, and the cores of it that may be used. */
struct numa_machine {
    struct calls call;
    hwloc_topology_t topology;
    hwloc_bitmap_t cores;
};

static void close_machine(struct numa_machine *m)
{
    if (!m)
        return;
    if (m->cores)
        m->call.bitmap_free(m->cores);
    if (m->topology)
        m->call.topology_destroy(m->topology);
    free(m);
}

static bool fill_machine(struct numa_machine *m, const int *cores, int count, struct error *e)
{
    if (!load(&m->call, e))
        return false;
    if (m->call.topology_init(&m->topology) != 0 || m->call.topology_load(m->topology) != 0 ||
        !(m->cores = m->call.bitmap_alloc()))
        return error_set(e, ERROR_DEVICE, "hwloc cannot tell how this machine is built");
    for (int i = 0; i < count; i++)
        if (m->call.bitmap_set(m->cores, (unsigned)cores[i]) != 0)
            return error_set(e, ERROR_MEMORY, "no memory for a set of cores");
    return true;
}

/* The cores next to node `i` that may be used; bitmap_free() it. NULL: none, or no memory. */
static hwloc_bitmap_t cores_of(const struct numa_machine *m, int i, struct numa_node *out)
{
    const hwloc_obj_t node = m->call.get_obj_by_depth(m->topology, HWLOC_TYPE_DEPTH_NUMANODE, (unsigned)i);
    hwloc_bitmap_t cores = node ? m->call.bitmap_alloc() : NULL;

    if (!cores)
        return NULL;
    *out = (struct numa_node){ .number = (int)node->os_index };
    if (m->call.bitmap_and(cores, m->cores, node->cpuset) == 0)
        out->cores = m->call.bitmap_weight(cores);
    if (out->cores > 0)
        return cores;
    m->call.bitmap_free(cores);
    return NULL;
}

/* Where two nodes are next to the same cores, as ordinary and fast memory can be, the first is taken. */
static bool is_next_to(const struct numa_machine *m, hwloc_bitmap_t cores, int nodes)
{
    bool found = false;

    for (int i = 0; i < nodes && !found; i++) {
        struct numa_node ignored;
        hwloc_bitmap_t other = cores_of(m, i, &ignored);

        found = other && m->call.bitmap_intersects(cores, other);
        if (other)
            m->call.bitmap_free(other);
    }
    return found;
}

static void list_nodes(const struct numa_machine *m, struct numa *out)
{
    const int all = m->call.get_nbobjs_by_depth(m->topology, HWLOC_TYPE_DEPTH_NUMANODE);

    out->count = 0;
    for (int i = 0; i < all && out->count < NUMA_NODES_MAX; i++) {
        struct numa_node node;
        hwloc_bitmap_t cores = cores_of(m, i, &node);

        if (cores && !is_next_to(m, cores, i))
            out->nodes[out->count++] = node;
        if (cores)
            m->call.bitmap_free(cores);
    }
}

bool numa_open(const int *cores, int count, struct numa *out, struct error *e)
{
    struct numa_machine *m = memory_new(1, sizeof *m, e);

    *out = (struct numa){ .machine = m };
    if (m && fill_machine(m, cores, count, e)) {
        list_nodes(m, out);
        if (out->count > 0)
            return true;
        error_set(e, ERROR_DEVICE, "hwloc knows none of the cores that may be used");
    }
    numa_close(out);
    return false;
}

void numa_close(struct numa *numa)
{
    close_machine(numa->machine);
    numa->machine = NULL;
}

bool numa_bind(const struct numa *numa, int number, struct error *e)
{
    const struct numa_machine *m = numa->machine;
    const int all = m->call.get_nbobjs_by_depth(m->topology, HWLOC_TYPE_DEPTH_NUMANODE);

    for (int i = 0; i < all; i++) {
        struct numa_node node;
        hwloc_bitmap_t cores = cores_of(m, i, &node);

        if (!cores || node.number != number) {
            if (cores)
                m->call.bitmap_free(cores);
            continue;
        }

        const int failed = m->call.set_cpubind(m->topology, cores, HWLOC_CPUBIND_THREAD);
        const int why = errno;

        /* Only a wish: what a thread touches first is near to it anyway, and containers may forbid to ask. */
        m->call.set_membind(m->topology, cores, HWLOC_MEMBIND_BIND, HWLOC_MEMBIND_THREAD);
        m->call.bitmap_free(cores);
        return failed == 0 ||
               error_set(e, ERROR_DEVICE, "threads cannot be kept at NUMA node %d: %s", number, strerror(why));
    }
    return error_set(e, ERROR_DEVICE, "there is no NUMA node %d", number);
}

#else

static bool nothing_known(struct error *e)
{
    return error_set(e, ERROR_DEVICE, "cuvette was built without hwloc");
}

bool numa_open(const int *cores, int count, struct numa *out, struct error *e)
{
    (void)cores;
    (void)count;
    *out = (struct numa){ .count = 0 };
    return nothing_known(e);
}

void numa_close(struct numa *numa)
{
    (void)numa;
}

bool numa_bind(const struct numa *numa, int number, struct error *e)
{
    (void)numa;
    (void)number;
    return nothing_known(e);
}

#endif
