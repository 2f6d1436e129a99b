# cuvette: `make run` opens the workbench, `make check` runs every test; `make` alone builds build/cuvette.
#
#   make            build, nothing installed            make check        warnings are errors, all tests
#   make run        install what is missing, build, run make check-asan   the same under Address- and UBSanitizer
#   make deps       install what is missing             make check-tsan   trainer and screen under ThreadSanitizer
#   make install    PREFIX=/usr/local                   make format lint  clang-format, clang-tidy
#   make bench      steps in turn with PyTorch, Keras   make check-gpu bench-gpu   on a machine with a GPU (tests/bare/bare.mk)
#
# CUDA=auto|yes|no: with nvcc the plug-in for NVIDIA's GPUs is built, `yes` insists on it; CUDA_HOME says where it is.
#
# Variables: V=1 (show commands), BUILD (folder), CC, CXX, OPTIMISE, WERROR=1, SANITIZE=address,undefined|thread, TESTS="tests/nn/test_plan.c …"

BUILD    ?= build
PREFIX   ?= /usr/local
OPTIMISE ?= -O2
TESTS    ?= $(sort $(wildcard tests/*/test_*.c))

say = $(if $(V),,@printf '  %-5s %s\n' $(1) '$(2)';)

LIBRARIES := openblas hdf5 zlib inih jansson cairo ncursesw
TEST_LIBRARIES := cmocka vterm

# pkg-config is asked only when something is compiled, so that `make run` can install it first.
# What is missing is said with the exact line to run, before a wall of missing headers.
found = $(eval found := $$(shell tools/dependencies.sh --quick && echo yes))$(or $(found),$(error see the line above))
pkg = $(if $(found),$(eval pkg_$(1)_$(2) := $$(shell pkg-config --$(1) $($(2))))$(pkg_$(1)_$(2)))

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
            -Wimplicit-fallthrough -Wno-missing-field-initializers $(if $(WERROR),-Werror)
CFLAGS   ?= $(OPTIMISE) -g
FLAGS     = -std=c11 -D_GNU_SOURCE -Isrc -I. $(WARNINGS) -pthread -fno-math-errno \
            $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer) $(call pkg,cflags,LIBRARIES)
LINK      = -pthread -rdynamic -Wl,-z,noexecstack $(if $(SANITIZE),-fsanitize=$(SANITIZE))
LIBS      = $(call pkg,libs,LIBRARIES) -ldl -lm

KERNELS := $(sort $(wildcard src/kernels/*.c))
GPU     := $(sort $(wildcard src/gpu/*.c src/gpu/*.cu))
SOURCES := $(filter-out $(KERNELS) $(GPU),$(sort $(wildcard src/*/*.c)))
ASSETS  := $(sort $(wildcard assets/*.h5 assets/recipes/*.ini))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
MAIN    := $(BUILD)/src/cli/main.o
LIBRARY := $(BUILD)/libcuvette.a
PROGRAM := $(BUILD)/cuvette

SUPPORT      := $(sort $(wildcard tests/support/*.c tests/reference/*.c))
TEST_OBJECTS := $(SUPPORT:%.c=$(BUILD)/%.o)
TEST_PROGRAMS := $(TESTS:%.c=$(BUILD)/%)

.PHONY: all run deps check check-asan check-tsan test-programs bench bench-accuracy install uninstall format lint clean check-keras
all: $(PROGRAM)

$(PROGRAM): $(MAIN) $(LIBRARY)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LINK) -o $@ $^ $(LIBS)

# The CUDA plug-in, which the executable looks for beside itself (run/cuda_plugin.c). It needs nothing of the executable:
# the few sources that both use are compiled into each. CUDA's runtime is linked in, cuBLASLt is the toolkit's own.
CUDA ?= auto
ifneq ($(CUDA),no)
NVCC    := $(realpath $(firstword $(wildcard $(CUDA_HOME)/bin/nvcc) $(shell command -v nvcc) \
           $(wildcard /usr/local/cuda/bin/nvcc)))
TOOLKIT := $(patsubst %/bin/nvcc,%,$(NVCC))
CUDA_LIBRARIES := $(patsubst %/,%,$(dir $(firstword $(wildcard \
    $(addsuffix /libcudart_static.a,$(addprefix $(TOOLKIT)/,lib64 targets/*/lib lib/*-linux-gnu))))))
PLUGIN  := $(if $(NVCC),$(if $(wildcard $(TOOLKIT)/include/cublasLt.h),$(if $(CUDA_LIBRARIES),$(BUILD)/libcuvette-cuda.so)))
ifeq ($(CUDA)$(PLUGIN),yes)
$(error CUDA=yes, but there is no nvcc with cuBLASLt in CUDA_HOME, PATH or /usr/local/cuda)
endif
endif

all: $(PLUGIN)

PLUGIN_SOURCES := $(GPU) src/base/error.c src/base/memory.c src/base/text.c src/nn/ops.c src/nn/plan_place.c
PLUGIN_OBJECTS := $(patsubst src/%,$(BUILD)/gpu/%.o,$(PLUGIN_SOURCES))
PLUGIN_FLAGS    = -std=c11 -D_GNU_SOURCE -Isrc -isystem $(TOOLKIT)/include $(WARNINGS) -pthread $(CFLAGS) \
                  -fPIC -fvisibility=hidden
# Code for the architectures that nvcc knows of these, and PTX of the newest for those to come.
CUDA_ARCHITECTURES ?= 80 90 100
architectures = $(eval architectures := $$(filter $(CUDA_ARCHITECTURES), \
                  $$(patsubst sm_%,%,$$(shell $(NVCC) --list-gpu-code))))$(architectures)
NVCC_FLAGS = -std=c++17 -O3 -D_GNU_SOURCE -Isrc -Xcompiler -fPIC,-fvisibility=hidden -Xptxas -v \
             $(if $(WERROR),-Werror all-warnings) \
             $(foreach a,$(architectures),-gencode arch=compute_$(a),code=sm_$(a)) \
             -gencode arch=compute_$(lastword $(architectures)),code=compute_$(lastword $(architectures))

$(BUILD)/libcuvette-cuda.so: $(PLUGIN_OBJECTS)
	$(call say,LINK,$@)$(CXX) -shared -pthread -static-libstdc++ -static-libgcc \
	    -Wl,-z,defs,-z,noexecstack,--exclude-libs,ALL -o $@ $^ \
	    -L$(CUDA_LIBRARIES) -Wl,-rpath,'$$ORIGIN:$(CUDA_LIBRARIES)' -lcublasLt -lcudart_static -ldl -lrt -lm

$(BUILD)/gpu/%.c.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<: plug-in)$(CC) $(PLUGIN_FLAGS) -MMD -MP -c -o $@ $<

# What registers and memory each kernel takes stays beside the object: tests/gpu/test_device_code.c reads it.
$(BUILD)/gpu/%.cu.o: src/%.cu
	@mkdir -p $(@D)
	$(call say,NVCC,$<)$(filter ccache,$(CC)) $(NVCC) $(NVCC_FLAGS) -MMD -MP -MF $(@:.o=.d) -c -o $@ $< 2>$(@:.o=.ptxas) || \
	    { cat $(@:.o=.ptxas) >&2; exit 1; }
	@grep warning $(@:.o=.ptxas) >&2 || true

# Assets are linked in as they are: the executable is all one needs to copy.
ASSET_OBJECTS := $(ASSETS:%=$(BUILD)/%.o)
$(BUILD)/assets/%.o: assets/%
	@mkdir -p $(@D)
	$(call say,ASSET,$<)cd assets && ld -r -b binary -z noexecstack -o $(abspath $@) $*

# The kernels are compiled once for every vector unit. Each variant becomes one object that hides every name but its
# table's, so that nothing outside can end up with code for a processor it does not run on (kernels/kernels.h).
VARIANTS := portable $(if $(filter x86_64,$(shell uname -m)),avx2 avx512 avx512bf16)
UNIT_avx2   := -march=x86-64-v3
UNIT_avx512 := -march=x86-64-v4 -mprefer-vector-width=512
UNIT_avx512bf16 := $(UNIT_avx512) -mavx512bf16
# Kernels take more of the optimiser, unless somebody said what to take.
KERNEL_FLAGS := -ffp-contract=fast $(if $(and $(filter file,$(origin CFLAGS)),$(filter -O2,$(OPTIMISE))),-O3)
VARIANT_OBJECTS := $(VARIANTS:%=$(BUILD)/kernels/%.o)
# AVX-512's shapes for AVX2, so that the tests reach them on any machine; only test programs have it (cpu/variant.c).
TEST_VARIANTS := $(if $(filter avx2,$(VARIANTS)),wide)
UNIT_wide     := $(UNIT_avx2) -DVECTOR_WIDE -Wno-psabi
TEST_OBJECTS  += $(TEST_VARIANTS:%=$(BUILD)/kernels/%.o)

define variant
$(BUILD)/kernels/$(1)/%.o: src/kernels/%.c
	@mkdir -p $$(@D)
	$$(call say,CC,$$<: $(1))$$(CC) $$(FLAGS) $$(CFLAGS) $$(KERNEL_FLAGS) $$(UNIT_$(1)) -DVARIANT=$(1) -MMD -MP -c -o $$@ $$<

$(BUILD)/kernels/$(1).o: $(KERNELS:src/kernels/%.c=$(BUILD)/kernels/$(1)/%.o)
	$$(call say,JOIN,$$@)ld -r -z noexecstack -o $$@ $$^ && objcopy --keep-global-symbol=kernels_$(1) $$@
endef
$(foreach unit,$(VARIANTS) $(TEST_VARIANTS),$(eval $(call variant,$(unit))))

$(LIBRARY): $(filter-out $(MAIN),$(OBJECTS)) $(VARIANT_OBJECTS) $(ASSET_OBJECTS)
	@rm -f $@
	$(call say,AR,$@)ar rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(FLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(TEST_PROGRAMS): $(BUILD)/%: $(BUILD)/%.o $(TEST_OBJECTS) $(LIBRARY)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LINK) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(call pkg,libs,TEST_LIBRARIES) $(LIBS) -lutil

# The CUDA backend without a GPU: its sources compiled for the host, where tests/cuda_on_host plays CUDA. In tests alone.
ON_HOST         := $(BUILD)/cuda_on_host
ON_HOST_SOURCES := $(sort $(wildcard tests/cuda_on_host/*.cpp tests/cuda_on_host/*.cu))
ON_HOST_OBJECTS := $(GPU:%=$(ON_HOST)/%.o) $(ON_HOST_SOURCES:%=$(ON_HOST)/%.o)
ON_HOST_FLAGS    = -Itests/cuda_on_host/include $(FLAGS) -fPIC
ON_HOST_CXXFLAGS = $(filter-out -std=c11 -Wstrict-prototypes -Wmissing-prototypes,$(ON_HOST_FLAGS)) -std=c++17 -Wno-unknown-pragmas
GPU_TESTS       := $(filter $(BUILD)/tests/gpu/%,$(TEST_PROGRAMS))

$(ON_HOST)/%.c.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<: on the host)$(CC) $(ON_HOST_FLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(ON_HOST)/%.o: %
	@mkdir -p $(@D)
	$(call say,CXX,$<)$(CXX) -x c++ $(ON_HOST_CXXFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(GPU_TESTS:=.o): private FLAGS += -Itests/cuda_on_host/include
$(GPU_TESTS): $(ON_HOST_OBJECTS)
$(GPU_TESTS): private LIBS += -lstdc++
-include $(ON_HOST_OBJECTS:.o=.d)

# What stands in for the management library of NVIDIA's driver, in three ages.
FAKES := $(patsubst %,$(BUILD)/tests/fakes/%.so,nvml nvml_old nvml_bare)
AGE_nvml      := TODAY
AGE_nvml_old  := OLD
AGE_nvml_bare := BARE
$(FAKES): $(BUILD)/tests/fakes/%.so: tests/fakes/nvml.c
	@mkdir -p $(@D)
	$(call say,FAKE,$@)$(CC) $(FLAGS) $(CFLAGS) -DAGE=$(AGE_$*) -fPIC -shared -o $@ $<
$(addprefix $(BUILD)/tests/,host/test_gpu_readings host/test_gpu_sampler cli/test_devices tui/test_workbench): | $(FAKES)

# Plug-ins and libraries for the tests of loading them, which need one under a name that cannot be found.
TEST_PLUGINS := $(patsubst %.c,$(BUILD)/%.so,$(sort $(wildcard tests/plugins/*.c)))
$(BUILD)/tests/plugins/absent.so: NAMED := -Wl,-soname,libcublasLt.so.0
$(BUILD)/tests/plugins/needs_absent.so: $(BUILD)/tests/plugins/absent.so
$(TEST_PLUGINS): $(BUILD)/%.so: %.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(FLAGS) $(CFLAGS) -fPIC -shared $(NAMED) -MMD -MP -o $@ $(filter %.c %.so,$^)

# And the CUDA backend as one, with the host for a GPU: what it shares with the program it finds there.
$(BUILD)/tests/plugins/on_host.so: $(ON_HOST_OBJECTS)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CXX) $(CFLAGS) -shared -pthread $(if $(SANITIZE),-fsanitize=$(SANITIZE)) \
	    -Wl,-Bsymbolic,-z,noexecstack -o $@ $^
$(BUILD)/tests/run/test_cuda_plugin: | $(BUILD)/tests/plugins/on_host.so
$(addprefix $(BUILD)/tests/,run/test_cuda_plugin gpu/test_device_code cli/test_devices): | $(TEST_PLUGINS)

test-programs: $(PROGRAM) $(TEST_PROGRAMS)

deps:
	@tools/dependencies.sh

run:
	@tools/dependencies.sh
	@$(MAKE) --no-print-directory all
	@$(PROGRAM) $(ARGUMENTS)

JOBS := -j$(shell nproc 2>/dev/null || echo 1)

check:
	@tools/dependencies.sh --tests
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/check WERROR=1 test-programs
	@tests/run.sh $(BUILD)/check $(TESTS)

check-asan:
	@tools/dependencies.sh --tests
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/asan WERROR=1 OPTIMISE=-O1 SANITIZE=address,undefined test-programs
	@tests/run.sh $(BUILD)/asan $(TESTS)

# The programs with threads of their own: loader, team, trainer, recorder, screen.
TSAN_TESTS := $(wildcard tests/data/test_loader.c tests/nn/test_series.c tests/base/test_team.c tests/nn/test_trainer.c tests/nn/test_trainer_ahead.c tests/run/test_run.c tests/tui/test_workbench.c tests/host/test_gpu_sampler.c)
# Some kernels spread addresses wider than ThreadSanitizer's map of them.
FIXED_ADDRESSES = $(shell setarch -R true 2>/dev/null && echo setarch -R)
check-tsan:
	@tools/dependencies.sh --tests
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/tsan WERROR=1 OPTIMISE=-O1 SANITIZE=thread TESTS="$(TSAN_TESTS)" test-programs
	@$(FIXED_ADDRESSES) tests/run.sh $(BUILD)/tsan $(TSAN_TESTS)

# Times training steps in turn with PyTorch and Keras, which a Python environment of their own gets once, and writes the
# result into docs/benchmarks.md. ARGUMENTS are those of bench/compare.py and bench/accuracy.py: --rounds N, --seeds 1 2 3.
BENCH := $(BUILD)/bench/step_cpu
BENCH_SHARED := $(BUILD)/bench/noise.o
PEERS ?= $(BUILD)/peers
$(BENCH): %: %.o $(BENCH_SHARED) $(LIBRARY)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LINK) -o $@ $^ $(LIBS)

bench: $(BENCH) $(PROGRAM)
	@bench/peers/install.sh $(PEERS)
	@$(PEERS)/bin/python bench/compare.py $(BUILD) $(if $(THREADS),--threads $(THREADS)) $(ARGUMENTS)

bench-accuracy: $(PROGRAM)
	@bench/peers/install.sh $(PEERS)
	@$(PEERS)/bin/python bench/accuracy.py $(PROGRAM) $(if $(DATA),--data $(DATA)) $(if $(JOB),--job $(JOB)) \
	    $(if $(THREADS),--threads $(THREADS)) $(ARGUMENTS)

# Our model files in Keras's own hands; tests/peers/keras_load.py says what it needs.
KERAS_PYTHON ?= build/keras/bin/python
check-keras: $(PROGRAM)
	$(KERAS_PYTHON) tests/peers/keras_load.py $(PROGRAM)

include tests/bare/bare.mk

install: $(PROGRAM) $(PLUGIN)
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/cuvette
	$(if $(PLUGIN),install -D -m 755 $(PLUGIN) $(DESTDIR)$(PREFIX)/lib/cuvette/libcuvette-cuda.so)
	install -D -m 644 man/cuvette.1 $(DESTDIR)$(PREFIX)/share/man/man1/cuvette.1
	install -D -m 644 man/cuvette-recipe.5 $(DESTDIR)$(PREFIX)/share/man/man5/cuvette-recipe.5

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/cuvette $(DESTDIR)$(PREFIX)/lib/cuvette/libcuvette-cuda.so \
	    $(DESTDIR)$(PREFIX)/share/man/man1/cuvette.1 \
	    $(DESTDIR)$(PREFIX)/share/man/man5/cuvette-recipe.5

format:
	clang-format -i $(wildcard src/*/*.[ch] tests/*/*.[ch])

lint:
	clang-tidy $(SOURCES) $(KERNELS) -- -std=c11 -D_GNU_SOURCE -Isrc -DVARIANT=portable $(call pkg,cflags,LIBRARIES)

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(wildcard $(BUILD)/kernels/*/*.d) $(wildcard $(BUILD)/gpu/*/*.d) $(TEST_OBJECTS:.o=.d) $(TEST_PROGRAMS:=.d) $(TEST_PLUGINS:.so=.d) $(BENCH:=.d) $(BENCH_SHARED:.o=.d)
