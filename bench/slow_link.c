/* Slow cards on a switch, for nodes that are network namespaces and kernels without netem.
 *
 *   slow_link GIGABITS MILLISECONDS NAMESPACE...
 *
 * Gives each namespace a card `slow0` with the address 10.78.0.1, 10.78.0.2, …, which sends and takes so many Gbit/s at
 * a time, and lets every packet travel for so many milliseconds one way. Frames count as on Ethernet, with what is
 * around them. Nothing is lost. Says "up" when it is, and goes on until it is ended. Needs root. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* Bytes: of a frame's headers (IP, TCP with times); what Ethernet puts around it. A packet can be many frames that the
 * sender's card would cut, as real ones do. */
enum { CARDS_MOST = 16, MTU = 1500, HEADERS = 52, AROUND = 38, PACKET_MOST = 1 << 16, AT_ONCE = 64 };

struct packet {
    struct packet *next;
    double due;
    size_t size;
    struct frames { /* what a card reads and writes */
        struct virtio_net_hdr header;
        unsigned char bytes[PACKET_MOST];
    } frames;
};

struct card {
    int fd;
    double sends_until, takes_until; /* clock_seconds() */
    struct packet *first, *last;     /* on the way to it, the next one due first */
};

static const double ahead = 1e-3;

static struct card cards[CARDS_MOST];
static struct packet *spare;
static int count;
static double bytes_per_second, delay;

static void die(const char *what)
{
    fprintf(stderr, "slow_link: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void enter(const char *space)
{
    char path[300];

    snprintf(path, sizeof path, "/run/netns/%s", space);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
        die(path);
    close(fd);
}

static void ask(int fd, unsigned long what, struct ifreq *with, const char *words)
{
    if (ioctl(fd, what, with) < 0)
        die(words);
}

static void set_address(struct ifreq *to, uint32_t address)
{
    const struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(address) };

    memcpy(&to->ifr_addr, &in, sizeof in);
}

/* Packets may come uncut and without checksums, as to a real card. */
static int open_card(const char *space, int number)
{
    struct ifreq r = { .ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR };

    enter(space);
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), socket_fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0 || socket_fd < 0)
        die("/dev/net/tun");
    strcpy(r.ifr_name, "slow0");
    ask(fd, TUNSETIFF, &r, "slow0");
    if (ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4) < 0)
        die("its offload");
    set_address(&r, 0x0a4e0001u + (uint32_t)number);
    ask(socket_fd, SIOCSIFADDR, &r, "its address");
    set_address(&r, 0xffffff00u);
    ask(socket_fd, SIOCSIFNETMASK, &r, "its mask");
    r.ifr_mtu = MTU;
    ask(socket_fd, SIOCSIFMTU, &r, "its MTU");
    r.ifr_qlen = 10000;
    ask(socket_fd, SIOCSIFTXQLEN, &r, "its queue");
    r.ifr_flags = IFF_UP | IFF_RUNNING;
    ask(socket_fd, SIOCSIFFLAGS, &r, "its state");
    close(socket_fd);
    return fd;
}

static struct packet *new_packet(void)
{
    struct packet *p = spare;

    if (p)
        spare = p->next;
    else if (!(p = malloc(sizeof *p)))
        die("memory");
    return p;
}

static void drop(struct packet *p)
{
    p->next = spare;
    spare = p;
}

/* The card with a packet's destination; NULL: it is not for one of these. */
static struct card *card_of(const struct packet *p)
{
    uint32_t to;

    if (p->size < 20 || p->frames.bytes[0] >> 4 != 4)
        return NULL;
    memcpy(&to, p->frames.bytes + 16, sizeof to);
    to = ntohl(to) - 0x0a4e0001u;
    return to < (uint32_t)count ? &cards[to] : NULL;
}

static double seconds_on_wire(const struct packet *p)
{
    size_t frames = 1;

    if (p->frames.header.gso_size > 0 && p->size > HEADERS)
        frames = (p->size - HEADERS + p->frames.header.gso_size - 1) / p->frames.header.gso_size;
    return (double)(p->size + (frames - 1) * HEADERS + frames * AROUND) / bytes_per_second;
}

static double later(double a, double b)
{
    return a > b ? a : b;
}

/* Its first bit arrives while its last one is being sent. */
static void send_on(struct card *from, struct packet *p)
{
    struct card *to = card_of(p);
    const double takes = seconds_on_wire(p), begins = later(clock_seconds(), from->sends_until);

    if (!to) {
        drop(p);
        return;
    }
    from->sends_until = begins + takes;
    p->due = to->takes_until = later(begins + delay, to->takes_until) + takes;
    p->next = NULL;
    if (to->first)
        to->last->next = p;
    else
        to->first = p;
    to->last = p;
}

/* A card takes no more than it sends in a millisecond: what is behind that waits in the node, as it should, where its
 * TCP knows of it. */
static bool is_full(const struct card *card, double now)
{
    return card->sends_until - now > ahead;
}

static void take_from(struct card *card)
{
    for (int i = 0; i < AT_ONCE && !is_full(card, clock_seconds()); i++) {
        struct packet *p = new_packet();
        ssize_t size = read(card->fd, &p->frames, sizeof p->frames);

        if (size < (ssize_t)sizeof p->frames.header) {
            drop(p);
            return;
        }
        p->size = (size_t)size - sizeof p->frames.header;
        send_on(card, p);
    }
}

static void give_to(struct card *card, double now)
{
    while (card->first && card->first->due <= now) {
        struct packet *p = card->first;

        if (write(card->fd, &p->frames, sizeof p->frames.header + p->size) < 0 && errno == EAGAIN)
            return;
        card->first = p->next;
        drop(p);
    }
}

static struct timespec until_next(double now)
{
    double least = 1;

    for (int i = 0; i < count; i++) {
        if (cards[i].first && cards[i].first->due - now < least)
            least = later(cards[i].first->due - now, 0);
        if (is_full(&cards[i], now) && cards[i].sends_until - ahead - now < least)
            least = later(cards[i].sends_until - ahead - now, 0);
    }
    return (struct timespec){ .tv_sec = (time_t)least, .tv_nsec = (long)((least - (double)(time_t)least) * 1e9) };
}

int main(int argc, char **argv)
{
    struct pollfd readable[CARDS_MOST];

    if (argc < 5 || argc - 3 > CARDS_MOST || atof(argv[1]) <= 0) {
        fprintf(stderr, "usage: slow_link GIGABITS MILLISECONDS NAMESPACE NAMESPACE...\n");
        return 2;
    }
    bytes_per_second = atof(argv[1]) * 1e9 / 8;
    delay = atof(argv[2]) / 1e3;
    prctl(PR_SET_TIMERSLACK, 1UL);
    for (count = 0; count < argc - 3; count++) {
        cards[count] = (struct card){ .fd = open_card(argv[3 + count], count) };
        readable[count] = (struct pollfd){ .fd = cards[count].fd, .events = POLLIN };
    }
    puts("up");
    fflush(stdout);
    for (;;) {
        const double now = clock_seconds();
        const struct timespec rest = until_next(now);

        for (int i = 0; i < count; i++)
            readable[i].events = is_full(&cards[i], now) ? 0 : POLLIN;

        if (ppoll(readable, (nfds_t)count, &rest, NULL) < 0 && errno != EINTR)
            die("ppoll");
        for (int i = 0; i < count; i++)
            if (readable[i].revents)
                take_from(&cards[i]);
        for (int i = 0; i < count; i++)
            give_to(&cards[i], clock_seconds());
    }
}
