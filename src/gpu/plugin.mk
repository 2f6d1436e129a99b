# The CUDA plug-in, which the executable looks for beside itself (run/cuda_plugin.c). It needs nothing of the
# executable: the few sources that both use are compiled into each. CUDA's runtime is linked in; cuBLASLt is the
# toolkit's.
CUDA ?= $(if $(CROSS),no,auto)
ifneq ($(CUDA),no)
NVCC    := $(realpath $(firstword $(wildcard $(CUDA_HOME)/bin/nvcc) $(shell command -v nvcc) \
           $(wildcard /usr/local/cuda/bin/nvcc)))
TOOLKIT := $(patsubst %/bin/nvcc,%,$(NVCC))
CUDA_LIBRARIES := $(patsubst %/,%,$(dir $(firstword $(wildcard \
    $(addsuffix /libcudart_static.a,$(addprefix $(TOOLKIT)/,lib64 targets/*/lib lib/*-linux-gnu))))))
CUBLAS  := $(wildcard $(TOOLKIT)/include/cublasLt.h)
PLUGIN  := $(if $(and $(NVCC),$(CUBLAS),$(CUDA_LIBRARIES)),$(BUILD)/libcuvette-cuda.so)
ifeq ($(CUDA)$(PLUGIN),yes)
$(error CUDA=yes, but there is no nvcc with cuBLASLt in CUDA_HOME, PATH or /usr/local/cuda)
endif
ifeq ($(CUDA)$(PLUGIN),auto)
WITHOUT_PLUGIN := without the plug-in for NVIDIA GPUs: no nvcc with cuBLASLt in CUDA_HOME, PATH or /usr/local/cuda
endif
endif

PLUGIN_SOURCES := $(GPU) $(patsubst %,src/base/%.c,clock error memory text) \
                  src/host/cuda_places.c $(patsubst %,src/nn/plan/%.c,backend ops plan)
PLUGIN_OBJECTS := $(patsubst src/%,$(BUILD)/gpu/%.o,$(PLUGIN_SOURCES))
PLUGIN_FLAGS    = -std=c11 -D_GNU_SOURCE -Isrc -isystem $(TOOLKIT)/include $(WARNINGS) -pthread $(CFLAGS) \
                  $(GUARDS) -fPIC -fvisibility=hidden
# Code for those of these architectures that nvcc knows, and PTX of the newest of them for later ones.
CUDA_ARCHITECTURES ?= 80 90 100
architectures = $(eval architectures := $$(filter $(CUDA_ARCHITECTURES), \
                  $$(patsubst sm_%,%,$$(shell $(NVCC) --list-gpu-code))))$(architectures)
NVCC_FLAGS = -std=c++17 -O3 -D_GNU_SOURCE -Isrc -Xcompiler -fPIC,-fvisibility=hidden,-fstack-protector-strong \
             -Xptxas -v $(if $(WERROR),-Werror all-warnings) \
             $(foreach a,$(architectures),-gencode arch=compute_$(a),code=sm_$(a)) \
             -gencode arch=compute_$(lastword $(architectures)),code=compute_$(lastword $(architectures))

# link_plugin(where it looks for CUDA's libraries)
link_plugin = $(CXX) -shared -pthread -static-libstdc++ -static-libgcc \
	    -Wl,-z,defs,--exclude-libs,ALL $(LINK_GUARDS) -o $@ $^ \
	    -L$(CUDA_LIBRARIES) -Wl,-rpath,'$(1)' -lcublasLt -lcudart_static -ldl -lrt -lm

$(BUILD)/libcuvette-cuda.so: $(PLUGIN_OBJECTS)
	$(call say,LINK,$@)$(call link_plugin,$$ORIGIN:$(CUDA_LIBRARIES))

$(BUILD)/gpu/%.c.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<: plug-in)$(CC) $(PLUGIN_FLAGS) -MMD -MP -c -o $@ $<

# ptxas's report on each kernel's registers and memory is kept beside the object: tests/gpu/test_device_code.c reads it.
$(BUILD)/gpu/%.cu.o: src/%.cu
	@mkdir -p $(@D)
	$(call say,NVCC,$<)$(filter ccache,$(CC)) $(NVCC) $(NVCC_FLAGS) -MMD -MP -MF $(@:.o=.d) -c -o $@ $< \
	    2>$(@:.o=.ptxas) || { cat $(@:.o=.ptxas) >&2; exit 1; }
	@grep warning $(@:.o=.ptxas) >&2 || true
