# For a machine with an NVIDIA GPU, a C++ compiler and the CUDA Toolkit. Nothing else is needed, no Debian package.
#
#   make gpu-report  what a GPU is wanted for, in MINUTES=8, building included: bench/gpu_report.py --help has the account.
#                    Results come in build/gpu-report. ARGUMENTS are the script's; it builds for the cards that are there.
#   make check-gpu   tests of tests/gpu on the device, without cuDNN and with it, then compute-sanitizer over a small
#                    training: an hour. Only some tests: BARE_TESTS=tests/gpu/test_train.c; without the sanitizer:
#                    COMPUTE_SANITIZER=
#   make bench-gpu   steps in turn with PyTorch, where python3 has it; ARGUMENTS are those of bench/compare_gpu.py
#
# The programs are linked with the plug-in's objects and with those that they need of an archive of all that compiles
# without a library; tests/bare/cmocka.h is in the place of cmocka.
BARE := $(BUILD)/bare
BARE_SOURCES := \
    $(filter-out $(PLUGIN_SOURCES) $(patsubst %,src/base/%.c,archive_open asset gemm hdf5 hdf5_foreign hdf5_lzf ini_text),$(wildcard src/base/*.c)) \
    $(patsubst %,src/data/%.c,batch_slot epoch_order loader pace statistics stream stream_order subset sources/gate sources/index_order sources/source_memory) \
    $(filter-out $(PLUGIN_SOURCES) src/nn/recipe/recipe_file.c src/nn/train/trainer%,$(wildcard src/nn/*/*.c)) \
    $(wildcard tests/support/draw*.c) \
    $(patsubst %,tests/support/%.c,bare_digits inflate lesson op_cases op_compare toy_data) \
    $(wildcard tests/reference/*.c) src/cli/profile_table.c bench/noise.c
BARE_TESTS    := $(patsubst %,tests/gpu/%.c,ops/test_ops ops/test_large test_train test_train_together)
BARE_OBJECTS  := $(BARE_SOURCES:%.c=$(BARE)/%.o)
BARE_ARCHIVE  := $(BARE)/bare.a
BARE_TOOLS    := bench/ceilings_gpu bench/step_gpu tests/bare/learn_digits tests/bare/sample_ops
BARE_PROGRAMS := $(BARE_TESTS:%.c=$(BARE)/%) $(BARE_TOOLS:%=$(BARE)/%)

BARE_FLAGS = -std=c11 -D_GNU_SOURCE -DBARE -Itests/bare -Isrc -I. $(if $(TOOLKIT),-isystem $(TOOLKIT)/include) \
             $(WARNINGS) -pthread -fno-math-errno

$(BARE)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<: bare)$(CC) $(BARE_FLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BARE_ARCHIVE): $(BARE_OBJECTS)
	@rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $^

$(BARE_PROGRAMS): $(BARE)/%: $(BARE)/%.o $(PLUGIN_OBJECTS) $(BARE_ARCHIVE)
	$(call say,LINK,$@)$(CXX) -pthread -Wl,-z,noexecstack -o $@ $^ \
	    -L$(CUDA_LIBRARIES) -Wl,-rpath,$(CUDA_LIBRARIES) -lcublasLt -lcudart_static -ldl -lrt -lm

.PHONY: bare-programs bare-tools bare-python gpu-report check-gpu bench-gpu
bare-programs: $(if $(PLUGIN),$(BARE_PROGRAMS),bare-toolkit)
bare-tools: $(if $(PLUGIN),$(BARE_TOOLS:%=$(BARE)/%),bare-toolkit)
bare-toolkit:
	@echo "There is no nvcc with cuBLASLt in CUDA_HOME, PATH or /usr/local/cuda." >&2; exit 1

COMPUTE_SANITIZER ?= $(firstword $(wildcard $(TOOLKIT)/bin/compute-sanitizer) $(shell command -v compute-sanitizer))

check-gpu:
	@$(MAKE) --no-print-directory $(JOBS) bare-programs
	@tests/bare/check.sh $(BUILD) '$(COMPUTE_SANITIZER)' $(BARE_TESTS)

# Another Python, such as that of PyTorch's environment: PYTHON=~/torch/bin/python
PYTHON ?= python3
bare-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null || \
	    { echo "gpu-report and bench-gpu need Python 3.9 or newer (PYTHON=...), best one that has PyTorch" >&2; exit 1; }

MINUTES ?= 8
gpu-report: $(if $(PLUGIN),,bare-toolkit) bare-python
	@CUDA_HOME='$(TOOLKIT)' CC='$(CC)' CXX='$(CXX)' $(PYTHON) bench/gpu_report.py \
	    --minutes $(MINUTES) --sanitizer '$(COMPUTE_SANITIZER)' $(ARGUMENTS)

bench-gpu: bare-python
	@$(MAKE) --no-print-directory $(JOBS) bare-programs
	@TORCHINDUCTOR_CACHE_DIR=$(abspath $(BARE))/inductor $(PYTHON) bench/compare_gpu.py $(BARE)/bench/step_gpu $(ARGUMENTS)

# The same tools with the host for a GPU, for tests/system/test_gpu_report.c. Nothing but that host needs a library: what
# would not link on a bare machine does not here.
REHEARSED := $(BARE_TOOLS:%=$(ON_HOST)/%)
$(REHEARSED:=.c.o): private ON_HOST_FLAGS += -DBARE -Itests/bare
$(REHEARSED): %: %.c.o $(ON_HOST_OBJECTS) $(ON_HOST_SHARED) $(BARE_ARCHIVE)
	$(call say,LINK,$@)$(CXX) $(CFLAGS) $(LINK) -o $@ $^ $(call pkg,libs,PLAYED_BY) -ldl -lm
$(BUILD)/tests/system/test_gpu_report: | $(REHEARSED)

-include $(BARE_OBJECTS:.o=.d) $(BARE_PROGRAMS:=.d) $(REHEARSED:=.c.d)
