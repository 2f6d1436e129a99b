#include "run/tensorboard/event_records.h"

#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "run/tensorboard/event.pb-c.h"

enum { LENGTH_BYTES = 8, CRC_BYTES = 4, FRAME_BYTES = LENGTH_BYTES + 2 * CRC_BYTES };

static uint64_t little(const unsigned char *from, int bytes)
{
    uint64_t number = 0;

    for (int i = 0; i < bytes; i++)
        number |= (uint64_t)from[i] << 8 * i;
    return number;
}

static void put_little(unsigned char *to, uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (unsigned char)(number >> 8 * i);
}

/* A checksum of bytes that have a checksum among them would be weak: so it is turned and moved. */
static uint32_t masked_crc(const unsigned char *bytes, size_t size)
{
    const uint32_t crc = crc32c(bytes, size), moved = 0xa282ead8;

    return (uint32_t)((crc >> 15 | crc << 17) + moved);
}

static void put_crc(unsigned char *to, const unsigned char *bytes, size_t size)
{
    put_little(to, masked_crc(bytes, size), CRC_BYTES);
}

static bool make_room(struct event_records *r, size_t size)
{
    const size_t room = (r->size + size) * 2;

    if (r->room - r->size >= size)
        return true;
    unsigned char *bytes = realloc(r->bytes, room);
    if (!bytes)
        return false;
    r->bytes = bytes;
    r->room = room;
    return true;
}

static bool append(struct event_records *r, const Tensorboard__Event *event, struct error *e)
{
    const size_t size = tensorboard__event__get_packed_size(event);

    if (!make_room(r, size + FRAME_BYTES))
        return error_set(e, ERROR_MEMORY, "no memory for events for TensorBoard");
    unsigned char *length = r->bytes + r->size, *message = length + LENGTH_BYTES + CRC_BYTES;

    put_little(length, size, LENGTH_BYTES);
    put_crc(length + LENGTH_BYTES, length, LENGTH_BYTES);
    tensorboard__event__pack(event, message);
    put_crc(message + size, message, size);
    r->size += size + FRAME_BYTES;
    return true;
}

static Tensorboard__Event event_at(struct event_time t)
{
    Tensorboard__Event event = TENSORBOARD__EVENT__INIT;

    event.has_wall_time = event.has_step = true;
    event.wall_time = t.wall;
    event.step = (int64_t)t.step;
    return event;
}

bool event_records_begin(struct event_records *r, struct event_time t, struct error *e)
{
    static char version[] = "brain.Event:2"; /* TensorBoard takes no other file */
    Tensorboard__Event event = event_at(t);

    event.file_version = version;
    return append(r, &event, e);
}

bool event_records_go_on(struct event_records *r, struct event_time t, struct error *e)
{
    Tensorboard__Event event = event_at(t);
    Tensorboard__SessionLog start = TENSORBOARD__SESSION_LOG__INIT;

    start.has_status = true;
    start.status = TENSORBOARD__SESSION_LOG__STATUS__START;
    event.session_log = &start;
    return append(r, &event, e);
}

bool event_records_add(struct event_records *r, struct event_time t, const struct event_scalar *scalars, int n,
                       struct error *e)
{
    Tensorboard__Event event = event_at(t);
    Tensorboard__Summary summary = TENSORBOARD__SUMMARY__INIT;
    Tensorboard__Scalar values[EVENT_SCALARS_MAX], *list[EVENT_SCALARS_MAX];

    for (int i = 0; i < n; i++) {
        values[i] = (Tensorboard__Scalar)TENSORBOARD__SCALAR__INIT;
        values[i].tag = (char *)scalars[i].tag; /* it is only read */
        values[i].has_simple_value = true;
        values[i].simple_value = scalars[i].value;
        list[i] = &values[i];
    }
    summary.n_value = (size_t)n;
    summary.value = list;
    event.summary = &summary;
    return append(r, &event, e);
}

static bool is_whole(const unsigned char *bytes, size_t size, uint64_t length)
{
    const unsigned char *message = bytes + LENGTH_BYTES + CRC_BYTES;

    return length <= size - FRAME_BYTES && little(bytes + LENGTH_BYTES, CRC_BYTES) == masked_crc(bytes, LENGTH_BYTES) &&
           little(message + length, CRC_BYTES) == masked_crc(message, length);
}

size_t event_records_first(const unsigned char *bytes, size_t size, uint64_t step, bool *taken_back)
{
    const uint64_t length = size >= FRAME_BYTES ? little(bytes, LENGTH_BYTES) : 0;

    if (size < FRAME_BYTES || !is_whole(bytes, size, length))
        return 0;
    Tensorboard__Event *event = tensorboard__event__unpack(NULL, length, bytes + LENGTH_BYTES + CRC_BYTES);

    *taken_back = event && event->summary && event->step > 0 && (uint64_t)event->step > step;
    if (event)
        tensorboard__event__free_unpacked(event, NULL);
    return FRAME_BYTES + length;
}

void event_records_free(struct event_records *r)
{
    free(r->bytes);
    *r = (struct event_records){ .bytes = NULL };
}
