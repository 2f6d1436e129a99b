#include "tests/support/peer.h"

#include "cpu/cpu_backend.h"

const struct backend_class *const peer_backend_class = &cpu_backend_class;
