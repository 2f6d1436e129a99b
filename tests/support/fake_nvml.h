/* The libraries that stand in for NVIDIA's; tests/fakes/nvml.c says how to set what they answer. */
#ifndef TESTS_SUPPORT_FAKE_NVML_H
#define TESTS_SUPPORT_FAKE_NVML_H

/* The path of "nvml", "nvml_old" or "nvml_bare", in a buffer that the next call overwrites. */
const char *fake_nvml(const char *age);

/* Removes all their settings from the environment. */
void fake_nvml_reset(void);

/* A function of the library for tests: fake_nvml_call("fake_nvml_lose"). Never NULL. */
void *fake_nvml_call(const char *function);

#endif
