#include "run/load_meter.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "host/host_sampler.h"

/* The first 600 pieces are of two seconds each, the next 600 of four, and so on: a day has some 3,600. */
enum { PIECES_ALIKE = 600 };
static const double shortest_piece = 2, shortest_rest = 0.2;

struct sum {
    double sum;
    int count;
};

struct load_meter {
    const struct run_gpus *gpus;
    size_t points;
    double begun; /* seconds trained when the piece began; negative: it has to begin anew */
    struct host_sampler *host;
    struct host_readings host_readings;
    struct gpu_readings gpu_readings; /* the newest */
    struct sum load, power; /* of all GPUs together, over the readings of the piece */
};

struct load_meter *load_meter_new(const struct run_gpus *gpus, size_t points)
{
    struct error ignored;
    struct load_meter *m = memory_new(1, sizeof *m, &ignored);

    if (!m)
        return NULL;
    m->gpus = gpus;
    m->points = points;
    m->begun = -1;
    m->host = host_sampler_new();
    if (m->host)
        return m;
    free(m);
    return NULL;
}

void load_meter_free(struct load_meter *m)
{
    if (!m)
        return;
    host_sampler_free(m->host);
    free(m);
}

static void add(struct sum *s, struct reading r)
{
    s->sum += r.known ? r.value : 0;
    s->count += r.known;
}

static double mean_of(struct sum s)
{
    return s.count > 0 ? s.sum / s.count : NAN;
}

static void look_at_gpus(struct load_meter *m)
{
    struct gpu_sampler *sampler = m->gpus->sampler;

    if (!sampler || gpu_sampler_number(sampler) == m->gpu_readings.number)
        return;
    gpu_sampler_read(sampler, &m->gpu_readings);

    struct gpu_reading gpus;

    if (!run_gpus_together(m->gpus, &m->gpu_readings, &gpus))
        return;
    add(&m->load, gpus.load);
    add(&m->power, gpus.power);
}

/* What the host's sampler tells is since the last time it was read. */
static void begin(struct load_meter *m, double seconds)
{
    m->begun = seconds;
    m->load = m->power = (struct sum){ 0 };
    host_sampler_read(m->host, &m->host_readings);
}

static double value_of(struct reading r)
{
    return r.known ? r.value : NAN;
}

static void end(struct load_meter *m, double seconds, double epoch, struct load_point *out)
{
    const double load = mean_of(m->load), power = mean_of(m->power);
    struct gpu_reading gpus;

    if (!run_gpus_together(m->gpus, &m->gpu_readings, &gpus))
        gpus = (struct gpu_reading){ .index = -1 };
    begin(m, seconds);
    *out = (struct load_point){
        .seconds = seconds,
        .epoch = epoch,
        .cpu = value_of(m->host_readings.cpu_load),
        .others = value_of(m->host_readings.others_load),
        .memory = value_of(m->host_readings.resident),
        .memory_limit = value_of(m->host_readings.memory.limit),
        .gpu = load,
        .gpu_power = power,
        .gpu_memory = value_of(gpus.memory_used),
        .gpu_memory_total = value_of(gpus.memory_total),
    };
    m->points++;
}

bool load_meter_take(struct load_meter *m, const struct trainer_status *status, double epoch,
                     struct load_point *out)
{
    if (!m)
        return false;
    look_at_gpus(m);
    if (status->state == TRAINER_PAUSED) {
        m->begun = -1;
        return false;
    }

    if (!(epoch > 0) || m->begun < 0 || status->seconds < m->begun) {
        begin(m, status->seconds);
        return false;
    }

    const double piece =
        trainer_over(status->state) ? shortest_rest : shortest_piece * pow(2, (double)(m->points / PIECES_ALIKE));

    if (status->seconds - m->begun < piece)
        return false;
    end(m, status->seconds, epoch, out);
    return true;
}
