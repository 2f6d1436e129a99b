# The CUDA backend without a GPU, for tests alone: its sources compiled for the host, where tests/cuda_on_host plays
# CUDA.
ON_HOST         := $(BUILD)/cuda_on_host
ON_HOST_SOURCES := $(sort $(wildcard tests/cuda_on_host/*.cpp tests/cuda_on_host/*.cu))
ON_HOST_OBJECTS := $(GPU:%=$(ON_HOST)/%.o) $(ON_HOST_SOURCES:%=$(ON_HOST)/%.o)
ON_HOST_FLAGS    = -Itests/cuda_on_host/include $(FLAGS) -DGPU_CUDNN_FILES=NULL
ON_HOST_CXXFLAGS = $(filter-out -std=c11 -Wstrict-prototypes -Wmissing-prototypes,$(ON_HOST_FLAGS)) -std=c++17 \
                   -Wno-unknown-pragmas
PLAYED_BY       := openblas # cuBLAS
GPU_TESTS       := $(filter $(BUILD)/tests/gpu/%,$(TEST_PROGRAMS))

$(ON_HOST)/%.c.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<: on the host)$(CC) $(ON_HOST_FLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(ON_HOST)/%.o: %
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) -x c++ $(ON_HOST_CXXFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(GPU_TESTS:=.o): private FLAGS += -Itests/cuda_on_host/include
$(GPU_TESTS): $(ON_HOST_OBJECTS)
$(GPU_TESTS): private LIBS += $(call pkg,libs,PLAYED_BY) -lstdc++
-include $(ON_HOST_OBJECTS:.o=.d)
