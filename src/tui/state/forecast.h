/* What training the recipe will take, before it starts: memory, counted at each change, and time, from a few steps that
 * are timed on the device when the recipe has been still for a second and nothing trains. */
#ifndef TUI_FORECAST_H
#define TUI_FORECAST_H

#include "nn/train/trainer_status.h"
#include "run/memory_need.h"
#include "run/probe.h"

enum forecast_time {
    TIME_UNKNOWN, /* nothing that could be timed, or it must not be */
    TIME_CHANGED, /* a moment ago */
    TIME_STILL,   /* since the last tick */
    TIME_TAKING,
    TIME_TAKEN,
    TIME_FAILED   /* why: `error` */
};

struct forecast {
    struct trainer_events events;
    bool counted;
    int n_needs;
    struct memory_need needs[DEVICES_MAX]; /* of each device, by position, when counted */

    enum forecast_time time;
    struct probe *probe;         /* while it is taken */
    struct recipe recipe;        /* that is timed, or was */
    char device[16];             /* and where */
    struct probe_result result;  /* when taken */
    double speeds[DEVICES_MAX];  /* images a second of this recipe on each device, by position; 0: it was not timed */
    struct error error;
};

/* What it is about. Without a data set, or a model that can be, nothing is counted. */
struct forecast_subject {
    const struct recipe *recipe;
    const struct dataset_info *dataset; /* NULL: there is none */
    const struct device *devices;
    int n_devices;
    const struct device *device;        /* the recipe's; NULL: it is not there */
    struct memory_room rooms[DEVICES_MAX]; /* of each device */
};

/* The recipe, its data set or its device has changed. What was timed stays when that makes no difference to it. */
void forecast_change(struct forecast *f, const struct forecast_subject *s);

/* Once a second while nothing trains: true when there is something new to show. */
bool forecast_tick(struct forecast *f, const struct forecast_subject *s);
void forecast_stop(struct forecast *f);  /* something else needs the device: at once */
void forecast_close(struct forecast *f); /* a zeroed one is fine */

/* Of a device, by position: as it is counted, or measured where steps have been timed. False: it is not known. */
bool forecast_need(const struct forecast *f, int position, const struct device *device, struct memory_need *out);

/* In words: "memory 310 M of 16.0 G free, counted", or that this is too much: then false. */
bool forecast_memory_words(const struct memory_need *need, const struct memory_room *room, char *out, size_t size);

/* "10 epochs ≈ 3 min, by 20 timed steps", or that they are being timed; "" when it is not known. False when the job,
 * of which so many seconds are left (negative: unknown), ends before. */
bool forecast_time_words(const struct forecast *f, int epochs, double job_seconds, char *out, size_t size);

#endif
