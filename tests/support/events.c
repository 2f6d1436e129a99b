#include "tests/support/events.h"

#include "tests/support/check.h"

#include <dirent.h>
#include <stdio.h>

#include "base/crc32c.h"
#include "run/tensorboard/event.pb-c.h"
#include "tests/support/folder.h"

enum { HEAD = 8 + 4, TAIL = 4, BYTES_MAX = 1 << 21 };

static uint64_t little(const unsigned char *bytes, int count)
{
    uint64_t number = 0;

    for (int i = 0; i < count; i++)
        number |= (uint64_t)bytes[i] << 8 * i;
    return number;
}

/* Undoes the mask. */
static void expect_crc(const unsigned char *stored, const unsigned char *bytes, size_t size)
{
    const uint32_t moved = (uint32_t)little(stored, 4) - 0xa282ead8;

    assert_int_equal((uint32_t)(moved << 15 | moved >> 17), crc32c(bytes, size));
}

static void take_back(struct events *events, uint64_t from)
{
    int kept = 0;

    for (int i = 0; i < events->count; i++)
        if (events->scalars[i].step < from)
            events->scalars[kept++] = events->scalars[i];
    events->count = kept;
}

static void take(struct events *events, const Tensorboard__Event *event)
{
    for (size_t i = 0; event->summary && i < event->summary->n_value; i++) {
        const Tensorboard__Scalar *scalar = event->summary->value[i];

        assert_true(events->count < EVENTS_MAX);
        assert_true(scalar->has_simple_value && event->has_step && event->has_wall_time);
        strncpy(events->scalars[events->count].tag, scalar->tag, sizeof events->scalars->tag - 1);
        events->scalars[events->count].step = (uint64_t)event->step;
        events->scalars[events->count].wall = event->wall_time;
        events->scalars[events->count++].number = scalar->simple_value;
    }
    if (event->session_log && event->session_log->status == TENSORBOARD__SESSION_LOG__STATUS__START)
        take_back(events, (uint64_t)event->step);
}

static void read_file(struct events *events, const char *path)
{
    unsigned char *bytes = test_malloc(BYTES_MAX);
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    const size_t size = fread(bytes, 1, BYTES_MAX, file);
    size_t at = 0;

    fclose(file);
    assert_true(size < BYTES_MAX);
    while (size - at >= HEAD + TAIL) {
        const unsigned char *frame = bytes + at;
        const uint64_t length = little(frame, 8);

        expect_crc(frame + 8, frame, 8);
        if (length > size - at - HEAD - TAIL)
            break;
        expect_crc(frame + HEAD + length, frame + HEAD, length);
        Tensorboard__Event *event = tensorboard__event__unpack(NULL, length, frame + HEAD);
        assert_non_null(event);
        if (at == 0)
            assert_string_equal(event->file_version, "brain.Event:2");
        take(events, event);
        tensorboard__event__free_unpacked(event, NULL);
        at += HEAD + length + TAIL;
    }
    events->files++;
    events->cut += (int)(size - at);
    test_free(bytes);
}

static int is_events(const struct dirent *entry)
{
    return strstr(entry->d_name, "tfevents") != NULL;
}

struct events *events_read(const char *folder)
{
    struct events *events = calloc(1, sizeof *events);
    struct dirent **names;
    const int count = scandir(folder, &names, is_events, alphasort);

    assert_true(events && count >= 0);
    for (int i = 0; i < count; i++) {
        read_file(events, folder_path(folder, names[i]->d_name));
        free(names[i]);
    }
    free(names);
    return events;
}

int events_of(const struct events *events, const char *tag)
{
    int found = 0;

    for (int i = 0; i < events->count; i++)
        found += strcmp(events->scalars[i].tag, tag) == 0;
    return found;
}

float events_at(const struct events *events, const char *tag, uint64_t step)
{
    int found = 0;
    float number = 0;

    for (int i = 0; i < events->count; i++)
        if (strcmp(events->scalars[i].tag, tag) == 0 && events->scalars[i].step == step) {
            found++;
            number = events->scalars[i].number;
        }
    if (found != 1)
        fail_msg("%s has %d values at step %llu", tag, found, (unsigned long long)step);
    return number;
}
