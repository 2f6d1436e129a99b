#include "tests/support/queue_backend.h"

#include <stdlib.h>
#include <string.h>

#include "cpu/cpu_backend.h"

struct queue_settings queue_settings;
struct queue_account queue_account;

enum { QUEUE = 64, BLOCKS = 64 };

struct command {
    enum { UPLOAD, DOWNLOAD, RUN } kind;
    struct buffer buffer;
    size_t offset, bytes;
    void *staged;
    int first, end;
    struct step step;
};

/* A buffer, or staged memory. */
struct block {
    uintptr_t at; /* 0: none here */
    size_t bytes;
    bool staged;
};

struct queue {
    struct backend base;
    struct queue_settings settings;
    bool eager;
    struct backend *cpu;
    const struct plan *plan;
    struct error error;
    struct command commands[QUEUE]; /* command i is at i % QUEUE */
    uint64_t asked, done;
    struct block blocks[BLOCKS];
};

static struct queue *queue_of(struct backend *b)
{
    return (struct queue *)b;
}

/* A step that is looked at comes in parts, of which the first counts. */
static bool counts(const struct queue *q, int first)
{
    return first == q->plan->spans[SPAN_FORWARD].first || first == q->plan->spans[SPAN_EVALUATE].first;
}

static void run_now(struct queue *q, const struct command *c)
{
    queue_account.runs_done += counts(q, c->first);
    if (counts(q, c->first) && queue_account.runs_done == q->settings.fail_at)
        error_set(&q->error, ERROR_DEVICE, "the device was lost: it has fallen off the bus");
    else
        q->cpu->ops->run(q->cpu, c->first, c->end, &c->step);
}

static void do_one(struct queue *q)
{
    const struct command *c = &q->commands[q->done++ % QUEUE];

    if (q->error.kind != ERROR_NONE)
        return;
    if (c->kind == UPLOAD)
        q->cpu->ops->upload(q->cpu, c->buffer, c->offset, c->staged, c->bytes);
    else if (c->kind == DOWNLOAD)
        q->cpu->ops->download(q->cpu, c->staged, c->buffer, c->offset, c->bytes);
    else
        run_now(q, c);
}

static void do_until(struct queue *q, uint64_t mark)
{
    while (q->done < mark)
        do_one(q);
}

static void ask(struct queue *q, struct command c)
{
    if (q->asked - q->done == QUEUE)
        do_one(q);
    q->commands[q->asked++ % QUEUE] = c;
    if (q->eager)
        do_until(q, q->asked);
}

static bool queue_reach(struct backend *b, uint64_t mark, struct error *e)
{
    struct queue *q = queue_of(b);

    do_until(q, mark);
    if (q->error.kind == ERROR_NONE)
        q->cpu->ops->wait(q->cpu, &q->error);
    *e = q->error;
    return e->kind == ERROR_NONE;
}

static bool queue_wait(struct backend *b, struct error *e)
{
    return queue_reach(b, queue_of(b)->asked, e);
}

static uint64_t queue_mark(struct backend *b)
{
    return queue_of(b)->asked;
}

static struct block *block_at(struct queue *q, uintptr_t at)
{
    for (struct block *block = q->blocks; block < q->blocks + BLOCKS; block++)
        if (block->at == at || (at && block->staged && at > block->at && at < block->at + block->bytes))
            return block;
    return NULL;
}

static uint64_t used(const struct queue *q)
{
    uint64_t sum = 0;

    for (int i = 0; i < BLOCKS; i++)
        sum += q->blocks[i].staged ? 0 : q->blocks[i].bytes;
    return sum;
}

static bool queue_alloc(struct backend *b, size_t bytes, struct buffer *out)
{
    struct queue *q = queue_of(b);
    struct block *block = block_at(q, 0);

    out->handle = 0;
    if (q->error.kind != ERROR_NONE)
        return false;
    if (q->settings.room && bytes > q->settings.room - used(q))
        return error_set(&q->error, ERROR_MEMORY, "not enough memory on the device: %zu bytes more are needed", bytes);
    if (!block || !q->cpu->ops->alloc(q->cpu, bytes, out))
        return error_set(&q->error, ERROR_MEMORY, "the test's device has no room for another buffer");
    *block = (struct block){ .at = out->handle, .bytes = bytes };
    return true;
}

static void queue_free(struct backend *b, struct buffer buffer)
{
    struct queue *q = queue_of(b);

    do_until(q, q->asked);
    *block_at(q, buffer.handle) = (struct block){ .at = 0 };
    q->cpu->ops->free(q->cpu, buffer);
}

static void *queue_stage(struct backend *b, size_t bytes)
{
    const int undefined = 0xa5;
    struct queue *q = queue_of(b);
    struct block *block = block_at(q, 0);
    void *memory = block && bytes ? malloc(bytes) : NULL;

    if (!memory) {
        error_set(&q->error, ERROR_MEMORY, "no staged memory");
        return NULL;
    }
    *block = (struct block){ .at = (uintptr_t)memory, .bytes = bytes, .staged = true };
    return memset(memory, undefined, bytes);
}

static void queue_unstage(struct backend *b, void *memory)
{
    struct queue *q = queue_of(b);

    do_until(q, q->asked);
    *block_at(q, (uintptr_t)memory) = (struct block){ .at = 0 };
    free(memory);
}

static uint64_t queue_room(struct backend *b)
{
    const struct queue *q = queue_of(b);

    return q->settings.room ? q->settings.room - used(q) : 0;
}

static bool is_staged(struct queue *q, const void *memory)
{
    const struct block *block = block_at(q, (uintptr_t)memory);

    return block && block->staged;
}

static void queue_upload(struct backend *b, struct buffer to, size_t offset, const void *from, size_t bytes)
{
    struct queue *q = queue_of(b);

    queue_account.uploaded += bytes;
    ask(q, (struct command){ .kind = UPLOAD, .buffer = to, .offset = offset, .staged = (void *)from, .bytes = bytes });
    if (!is_staged(q, from))
        do_until(q, q->asked);
}

static void queue_download(struct backend *b, void *to, struct buffer from, size_t offset, size_t bytes)
{
    struct queue *q = queue_of(b);

    ask(q, (struct command){ .kind = DOWNLOAD, .buffer = from, .offset = offset, .staged = to, .bytes = bytes });
    if (!is_staged(q, to))
        do_until(q, q->asked);
}

static bool queue_prepare(struct backend *b, const struct plan *plan, const struct buffer arenas[ARENA_COUNT])
{
    struct queue *q = queue_of(b);

    q->plan = plan;
    return q->error.kind == ERROR_NONE && q->cpu->ops->prepare(q->cpu, plan, arenas);
}

static void queue_run(struct backend *b, int first, int end, const struct step *step)
{
    struct queue *q = queue_of(b);

    queue_account.runs_asked += counts(q, first);
    ask(q, (struct command){ .kind = RUN, .first = first, .end = end, .step = *step });
    if (queue_account.runs_asked - queue_account.runs_done > queue_account.most_waiting)
        queue_account.most_waiting = queue_account.runs_asked - queue_account.runs_done;
    if (q->settings.asked && counts(q, first))
        q->settings.asked(q->settings.context, queue_account.runs_asked);
}

static void queue_close(struct backend *b)
{
    struct queue *q = queue_of(b);

    for (int i = 0; i < BLOCKS; i++)
        queue_account.open_at_close += q->blocks[i].at != 0;
    queue_account.closed++;
    q->cpu->ops->close(q->cpu);
    free(q);
}

static const struct backend_ops queue_operations = {
    .close = queue_close,
    .alloc = queue_alloc,
    .free = queue_free,
    .upload = queue_upload,
    .download = queue_download,
    .stage = queue_stage,
    .unstage = queue_unstage,
    .room = queue_room,
    .prepare = queue_prepare,
    .run = queue_run,
    .mark = queue_mark,
    .reach = queue_reach,
    .wait = queue_wait,
};

static struct backend *open_with(bool eager, struct error *e)
{
    struct queue *q = calloc(1, sizeof *q);

    if (q)
        q->cpu = cpu_backend_class.open(&(struct device_choice){ .threads = 1 }, e);
    if (!q || !q->cpu) {
        error_set(e, ERROR_MEMORY, "no memory for the test's device");
        free(q);
        return NULL;
    }
    q->base.ops = &queue_operations;
    q->settings = queue_settings;
    q->eager = eager;
    queue_account = (struct queue_account){ 0 };
    return &q->base;
}

static struct backend *queue_open(const struct device_choice *choice, struct error *e)
{
    (void)choice;
    return open_with(false, e);
}

static struct backend *eager_open(const struct device_choice *choice, struct error *e)
{
    (void)choice;
    return open_with(true, e);
}

static int queue_devices(struct device_info *out, int room, char *why_none, size_t size)
{
    (void)why_none;
    (void)size;
    if (room > 0)
        *out = (struct device_info){ .id = "queue:0", .name = "a slow device" };
    return 1;
}

const struct backend_class queue_backend_class = {
    .abi = BACKEND_ABI,
    .size = sizeof(struct backend_class),
    .name = "queue",
    .ahead = 3,
    .devices = queue_devices,
    .open = queue_open,
};

const struct backend_class eager_backend_class = {
    .abi = BACKEND_ABI,
    .size = sizeof(struct backend_class),
    .name = "eager",
    .ahead = 1,
    .devices = queue_devices,
    .open = eager_open,
};
