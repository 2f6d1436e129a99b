/* What has all names of cuDNN 9.1.0 that are used, and says that it is that. */
#include "gpu/cudnn/cudnn_calls.h"

#define CUDNN_CALL(name, result, arguments)   \
    size_t fake_##name(void) __asm__(#name); \
    size_t fake_##name(void)                 \
    {                                         \
        return 90100;                         \
    }
CUDNN_CALLS(CUDNN_CALL)
#undef CUDNN_CALL
