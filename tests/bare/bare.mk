# For a machine with an NVIDIA GPU, a C++ compiler and the CUDA Toolkit, and nothing else: no Debian package is asked for.
#
#   make check-gpu   the tests of tests/gpu on the device, compute-sanitizer over a small training
#   make bench-gpu   steps in turn with PyTorch, where python3 has it; ARGUMENTS are those of bench/compare_gpu.py
#
# The device code is the plug-in's own. The rest is what needs no library, with tests/bare/cmocka.h in place of cmocka.
BARE := $(BUILD)/bare
BARE_SOURCES := \
    $(patsubst %,src/base/%.c,clock path random) \
    $(patsubst %,src/data/%.c,index_order loader source source_memory statistics) \
    $(filter-out $(PLUGIN_SOURCES) src/nn/recipe_file.c $(wildcard src/nn/trainer*.c),$(wildcard src/nn/*.c)) \
    $(wildcard tests/support/draw*.c) \
    $(patsubst %,tests/support/%.c,bare_digits inflate lesson op_cases op_compare op_winners toy_data) \
    $(wildcard tests/reference/*.c) tests/bare/peer.c bench/noise.c
BARE_TESTS   := $(patsubst %,tests/gpu/%.c,test_ops test_large test_train)
BARE_OBJECTS := $(BARE_SOURCES:%.c=$(BARE)/%.o)
BARE_PROGRAMS := $(BARE_TESTS:%.c=$(BARE)/%) $(BARE)/bench/step_gpu

$(BARE)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<: bare)$(CC) -std=c11 -D_GNU_SOURCE -Itests/bare -Isrc -I. $(WARNINGS) -pthread -fno-math-errno $(CFLAGS) \
	    -MMD -MP -c -o $@ $<

$(BARE_PROGRAMS): $(BARE)/%: $(BARE)/%.o $(BARE_OBJECTS) $(filter-out %/plugin.c.o,$(PLUGIN_OBJECTS))
	$(call say,LINK,$@)$(CXX) -pthread -Wl,-z,noexecstack -o $@ $^ \
	    -L$(CUDA_LIBRARIES) -Wl,-rpath,$(CUDA_LIBRARIES) -lcublasLt -lcudart_static -ldl -lrt -lm

.PHONY: bare-programs check-gpu bench-gpu
bare-programs: $(if $(PLUGIN),$(BARE_PROGRAMS),bare-toolkit)
bare-toolkit:
	@echo "There is no nvcc with cuBLASLt in CUDA_HOME, PATH or /usr/local/cuda." >&2; exit 1

# A few steps of a network with every kind of layer, as step_gpu takes them.
SMALL_TRAINING := fp32 12 12 3 10 16 'conv2d filters=8 kernel=3 activation=relu' 'maxpool2d' 'conv2d filters=16 kernel=3' \
                  'batch_norm' 'activation function=relu' 'residual filters=16' 'avgpool2d' 'flatten' \
                  'dense units=32 activation=tanh' 'dropout rate=0.3' 'dense units=10'
SANITIZERS := memcheck initcheck racecheck synccheck
COMPUTE_SANITIZER ?= $(firstword $(wildcard $(TOOLKIT)/bin/compute-sanitizer) $(shell command -v compute-sanitizer))

check-gpu:
	@$(MAKE) --no-print-directory $(JOBS) bare-programs
	@$(if $(COMPUTE_SANITIZER),,echo "compute-sanitizer is not in this toolkit: not run")
	@for tool in $(if $(COMPUTE_SANITIZER),$(SANITIZERS)); do \
	    printf 'compute-sanitizer %s: ' $$tool; \
	    echo 1 | $(COMPUTE_SANITIZER) --tool $$tool --error-exitcode 1 $(BARE)/bench/step_gpu $(SMALL_TRAINING) \
	        >$(BARE)/$$tool.txt 2>&1 && echo clean || { echo; cat $(BARE)/$$tool.txt; exit 1; }; \
	done
	@tests/run.sh $(BARE) $(BARE_TESTS)

bench-gpu:
	@$(MAKE) --no-print-directory $(JOBS) bare-programs
	@python3 bench/compare_gpu.py $(BARE)/bench/step_gpu $(ARGUMENTS)

-include $(BARE_OBJECTS:.o=.d) $(BARE_PROGRAMS:=.d)
