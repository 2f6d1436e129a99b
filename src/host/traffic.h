/* Bytes to and from disks and the network. `root` as in rooted.h. */
#ifndef HOST_TRAFFIC_H
#define HOST_TRAFFIC_H

#include "host/reading.h"

struct traffic {
    int sources;    /* how many disks or interfaces tell; 0: unknown */
    double in, out; /* bytes so far: read or received, written or sent */
};

struct traffic traffic_of_process(const char *root); /* this one's, as far as it went to a disk */
struct traffic traffic_of_disks(const char *root);   /* of the node; not of partitions, or of what is made of disks */
struct traffic traffic_of_network(const char *root); /* of the node; not the loopback, or what is made of interfaces */

/* Bytes per second in between. Unknown when a disk or an interface came or went. */
void traffic_rates(const struct traffic *before, const struct traffic *now, double seconds, struct reading *in,
                   struct reading *out);

#endif
