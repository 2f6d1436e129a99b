/* Bytes to and from disks and the network. `root` as in rooted.h. */
#ifndef HOST_TRAFFIC_H
#define HOST_TRAFFIC_H

#include "host/reading.h"

struct traffic {
    int sources;    /* how many disks or interfaces are counted; 0: unknown */
    double in, out; /* bytes so far: read or received, written or sent */
};

struct traffic traffic_of_process(const char *root); /* of this process, as far as a disk was used */
struct traffic traffic_of_disks(const char *root);   /* of the node; partitions and disks made of disks are not counted
                                                        */
struct traffic traffic_of_network(const char *root); /* of the node; the loopback and interfaces made of interfaces are
                                                        not counted */

/* Bytes per second between the two. Unknown when a disk or an interface was added or removed. */
void traffic_rates(const struct traffic *before, const struct traffic *now, double seconds, struct reading *in,
                   struct reading *out);

#endif
