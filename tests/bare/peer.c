#include "tests/support/peer.h"

#include "tests/reference/reference.h"

const struct backend_class *const peer_backend_class = &reference_backend_class;
