# cuvette: `make run` opens the workbench, `make check` runs every test; `make` alone builds build/cuvette.
#
#   make            build, nothing installed            make check        warnings are errors, all tests
#   make run        install what is missing, build, run make check-asan   the same under Address- and UBSanitizer
#   make deps       install what is missing             make check-tsan   trainer and screen under ThreadSanitizer
#   make install uninstall  PREFIX=/usr/local DESTDIR=  make format lint  clang-format, clang-tidy
#   make dist deb   source tarball, Debian package      make bundle     one folder that runs on any node (docs/bundle.md)
#   make bench      steps in turn with PyTorch, Keras   make gpu-report check-gpu bench-gpu   on a machine with a GPU (tests/bare/bare.mk)
#   make check-bundle  that folder on other systems, as they can be had here      make check-deb   that package in a clean Debian
#   make check-arm64   built for arm64, tested in an emulator      make bundle-arm64   that folder for arm64, tried there
#   make bench-screen  the screen beside htop and btop  make check-link   the screen over weak links, ssh among them
#   make docs       the documents as a site, build/docs      make pictures   those of the screens, docs/pictures
#   make fuzz       what reads strangers' files, on inputs that clang's libFuzzer makes: SECONDS=60 a target
#
# CUDA=auto|yes|no: with nvcc the plug-in for NVIDIA's GPUs is built, `yes` insists on it; CUDA_HOME says where it is.
# MPI=auto|yes|no: with mpicc the plug-in for training on several nodes is built; MPICC says which compiler. With CROSS
#            neither is built unless that is asked for.
#
# Variables: V=1 (show commands), BUILD (folder), CC, CXX, OPTIMISE, CFLAGS, CPPFLAGS, LDFLAGS, WERROR=1, SANITIZE=address,undefined|thread,
#            TESTS="tests/nn/plan/test_plan.c …"
# CROSS=aarch64-linux-gnu- builds for another kind of machine, with compiler, binutils and pkg-config of that prefix; each
#            of CC, CXX, AR, LD, OBJCOPY and PKG_CONFIG may be said by itself. `make check-arm64` tries it, in an emulator.

BUILD    ?= build
OPTIMISE ?= -O2
TESTS    ?= $(sort $(wildcard tests/*/test_*.c tests/*/*/test_*.c))

# The tools of the machine that is built for. protoc-c and what else runs while building is this machine's.
CROSS ?=
ifneq ($(CROSS),)
cross = $(if $(filter default undefined,$(origin $(1))),$(eval $(1) := $(CROSS)$(2)))
$(call cross,CC,gcc)$(call cross,CXX,g++)$(call cross,AR,ar)$(call cross,LD,ld)
endif
OBJCOPY    ?= $(CROSS)objcopy
PKG_CONFIG ?= $(CROSS)pkg-config

JOBS := -j$(shell nproc 2>/dev/null || echo 1)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) '$(2)';)

LIBRARIES := hdf5 zlib libarchive libcrypto libjpeg libpng inih jansson cairo fontconfig ncursesw libprotobuf-c
LOADED    := openblas libcurl # only their headers: base/gemm.c and fetch/curl_library.c load them when they are needed
TEST_LIBRARIES := cmocka vterm

# pkg-config is asked only when something is compiled, so that `make run` can install it first.
# What is missing is said with the exact line to run, before a wall of missing headers.
found = $(eval found := $$(shell CROSS='$(CROSS)' PKG_CONFIG='$(PKG_CONFIG)' ONNX_SCHEMA='$(ONNX_SCHEMA)' tools/dependencies.sh --quick && echo yes))$(or $(found),$(error see the line above))
pkg = $(if $(found),$(eval pkg_$(1)_$(2) := $$(shell $(PKG_CONFIG) --$(1) $($(2))))$(pkg_$(1)_$(2)))

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
            -Wimplicit-fallthrough -Wno-missing-field-initializers $(if $(WERROR),-Werror)
CFLAGS   ?= $(OPTIMISE) -g
# What a fault in reading foreign files must not become. The sanitizers have checks of their own in their place, and glibc's
# need an optimiser.
GUARDS      = $(if $(SANITIZE),,-fstack-protector-strong $(if $(filter-out -O0,$(filter -O%,$(CFLAGS))), \
              -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2))
LINK_GUARDS := -Wl,-z,relro,-z,now,-z,noexecstack
FLAGS     = -std=c11 $(CPPFLAGS) -D_GNU_SOURCE -Isrc -I. -I$(BUILD)/src $(WARNINGS) -pthread -fno-math-errno $(GUARDS) \
            -fPIC -fno-semantic-interposition \
            $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer) $(call pkg,cflags,LIBRARIES) $(call pkg,cflags,LOADED)
LINK      = -pthread -pie -rdynamic $(LINK_GUARDS) $(LDFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE))
LIBS      = $(call pkg,libs,LIBRARIES) -ldl -lm

KERNELS := $(sort $(wildcard src/kernels/*.c))
MPI_ROOM := $(sort $(wildcard src/mpi/*.c))
GPU     := $(sort $(wildcard src/gpu/*.c src/gpu/*/*.c src/gpu/*/*.cu))
SOURCES := $(filter-out $(KERNELS) $(GPU) $(MPI_ROOM),$(sort $(wildcard src/*/*.c src/*/*/*.c src/*/*/*/*.c)))
# Messages of other programs' files: NAME.proto becomes NAME.pb-c.c and NAME.pb-c.h, under $(BUILD). ONNX's own schema is
# where Debian's libonnx-dev has it; ONNX_SCHEMA says another place.
PROTOS  := $(sort $(wildcard src/*/*/*.proto))
ONNX_SCHEMA   ?= /usr/include/onnx/onnx.proto
ONNX_MESSAGES := $(BUILD)/src/run/model/onnx/onnx.pb-c.c
MESSAGES := $(PROTOS:%.proto=$(BUILD)/%.pb-c.c) $(ONNX_MESSAGES)
ASSETS  := $(sort $(wildcard assets/*.h5 assets/*.ini assets/*.txt assets/recipes/*.ini assets/completions/cuvette.*))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(MESSAGES:.c=.o)
MAIN    := $(BUILD)/src/cli/main.o
LIBRARY := $(BUILD)/libcuvette.a
PROGRAM := $(BUILD)/cuvette

SUPPORT      := $(sort $(wildcard tests/support/*.c tests/reference/*.c))
TEST_OBJECTS := $(SUPPORT:%.c=$(BUILD)/%.o)
TEST_PROGRAMS := $(TESTS:%.c=$(BUILD)/%)
# All that test programs share, once: linked into each of some 220 they take 17 GB under the sanitizers.
TEST_SHARED  := $(BUILD)/libcuvette-tests.so

.PHONY: all run deps check check-asan check-tsan check-link test-programs bench bench-accuracy bench-ddp bench-predict bench-presets bench-scaling lose-ranks bench-screen bench-screen-cost format lint clean check-keras check-onnx
all: $(PROGRAM)

$(PROGRAM): $(MAIN) $(LIBRARY)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LINK) -o $@ $^ $(LIBS)
	$(if $(WITHOUT_PLUGIN),@printf '  %-5s %s\n' CUDA '$(WITHOUT_PLUGIN)')
	$(if $(WITHOUT_MPI),@printf '  %-5s %s\n' MPI '$(WITHOUT_MPI)')

# The CUDA plug-in, where nvcc is: $(PLUGIN), $(PLUGIN_OBJECTS).
include src/gpu/plugin.mk
all: $(PLUGIN)

# And the plug-ins for MPI, where an mpicc is: $(MPI_PLUGINS).
include src/mpi/plugin.mk
all: $(MPI_PLUGINS)

# Assets are linked in as they are: the executable is all one needs to copy.
ASSET_OBJECTS := $(ASSETS:%=$(BUILD)/%.o)
$(BUILD)/assets/%.o: assets/%
	@mkdir -p $(@D)
	$(call say,ASSET,$<)cd assets && $(LD) -r -b binary -z noexecstack -o $(abspath $@) $*

# The CPU's kernels, once for every vector unit: $(VARIANT_OBJECTS).
include src/kernels/variants.mk

$(LIBRARY): $(filter-out $(MAIN),$(OBJECTS)) $(VARIANT_OBJECTS) $(ASSET_OBJECTS)
	@rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $^

$(BUILD)/%.o: %.c | $(MESSAGES)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(FLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

PROTOC = $(if $(found),protoc-c)

$(filter-out $(ONNX_MESSAGES),$(MESSAGES)): $(BUILD)/%.pb-c.c: %.proto
	@mkdir -p $(@D)
	$(call say,PROTO,$<)$(PROTOC) --proto_path=src --c_out=$(BUILD)/src $<

$(ONNX_MESSAGES): $(ONNX_SCHEMA)
	@mkdir -p $(@D)
	$(call say,PROTO,$<)$(PROTOC) --proto_path=$(dir $<) --c_out=$(@D) $<

# Where it is missing, that is said with the line that installs it.
$(ONNX_SCHEMA):
	$(if $(found),$(error there is no $@: it is in Debian's libonnx-dev, or where ONNX_SCHEMA=PATH says))

# They name their own file where an assertion fails: without the build's folder, two builds are the same.
$(MESSAGES:.c=.o): %.o: %.c
	$(call say,CC,$<)$(CC) $(FLAGS) $(CFLAGS) -fmacro-prefix-map=$(BUILD)/= -MMD -MP -c -o $@ $<

$(TEST_SHARED): $(TEST_OBJECTS) $(filter-out $(MAIN),$(OBJECTS)) $(VARIANT_OBJECTS) $(ASSET_OBJECTS)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(filter-out -pie -rdynamic,$(LINK)) -shared -o $@ $^ $(call pkg,libs,TEST_LIBRARIES) $(LIBS) -lutil

$(TEST_PROGRAMS): $(BUILD)/%: $(BUILD)/%.o $(TEST_SHARED)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LINK) -o $@ $(filter %.o,$^) $(filter %.so,$^) -Wl,-rpath,$(abspath $(BUILD)) $(call pkg,libs,TEST_LIBRARIES) $(LIBS)

# What some tests need beside themselves: CUDA played by the host, a driver's library, plug-ins that are broken.
include tests/cuda_on_host/on_host.mk tests/cudnn/cudnn.mk tests/nccl/nccl.mk tests/fakes/fakes.mk tests/plugins/plugins.mk

test-programs: $(PROGRAM) $(MPI_PLUGINS) $(TEST_PROGRAMS)

deps:
	@tools/dependencies.sh

run:
	@tools/dependencies.sh
	@$(MAKE) --no-print-directory $(JOBS) all
	@$(PROGRAM) $(ARGUMENTS)

check:
	@tools/dependencies.sh --tests
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/check WERROR=1 test-programs
	@tests/run.sh $(BUILD)/check $(TESTS)

check-asan:
	@tools/dependencies.sh --tests
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/asan WERROR=1 OPTIMISE=-O1 SANITIZE=address,undefined test-programs
	@tests/run.sh $(BUILD)/asan $(TESTS)

# The programs with threads of their own: loader, team, trainer, recorder, screen.
TSAN_TESTS := $(patsubst %,tests/%.c,base/test_team base/test_chore data/test_loader data/sources/test_crew \
    data/sources/test_source_folder data/pack/test_pack cpu/test_fuse data/test_stream nn/train/test_series \
    nn/communicators/test_communicator_threads nn/train/test_trainer nn/train/test_trainer_ahead \
    nn/train/test_trainer_ranks nn/train/test_trainer_ranks_failures \
    nn/train/test_trainer_snapshot run/test_run \
    run/test_run_failures run/test_recipe_profile run/test_probe run/test_control run/test_run_status run/test_shelter \
    run/test_metrics_follow run/predictions/test_predictions host/gpu/test_gpu_sampler host/test_job_question \
    tui/test_workbench tui/test_workbench_link tui/state/test_curves_reader tui/inspect/test_inspect_view \
    tui/test_exports tui/compare/test_compare_view tui/test_forecast \
    tui/test_slow_driver tui/panels/test_offer_rows tui/past/test_runs_view)
# Some kernels spread addresses wider than ThreadSanitizer's map of them.
FIXED_ADDRESSES = $(shell setarch -R true 2>/dev/null && echo setarch -R)
check-tsan:
	@tools/dependencies.sh --tests
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/tsan WERROR=1 OPTIMISE=-O1 SANITIZE=thread TESTS="$(TSAN_TESTS)" test-programs
	@$(FIXED_ADDRESSES) tests/run.sh $(BUILD)/tsan $(TSAN_TESTS)

# The screen over weak links, played and over ssh: python3, and for ssh root, iproute2 and openssh-server. Ten minutes.
check-link: $(PROGRAM)
	@python3 tests/link/check_link.py $(PROGRAM) $(ARGUMENTS)

# Built for arm64, tested in an emulator; packaging/arm64/check.sh says what it takes. Hours. Only some: TESTS="tests/cpu/…"
.PHONY: check-arm64
check-arm64:
	@packaging/arm64/check.sh $(TESTS)

# bench, bench-accuracy, bench-ddp, bench-predict, bench-presets and bench-screen; gpu-report, check-gpu and bench-gpu.
include bench/bench.mk tests/bare/bare.mk tests/fuzz/fuzz.mk

include tools/site/site.mk

# Our model files in Keras's own hands, and Keras's in ours; tests/peers/keras_load.py says what it needs.
KERAS_PYTHON ?= build/keras/bin/python
check-keras: $(PROGRAM)
	$(KERAS_PYTHON) tests/peers/keras_load.py $(PROGRAM)
	$(KERAS_PYTHON) tests/peers/keras_foreign.py $(PROGRAM)

# Our models as ONNX, in onnxruntime's hands; tests/peers/onnx_run.py says what it needs.
ONNX_PYTHON ?= build/onnx/bin/python
check-onnx: $(PROGRAM)
	$(ONNX_PYTHON) tests/peers/onnx_run.py $(PROGRAM)

# install, uninstall: what goes where; dist, deb and bundle, check-bundle: what is given away.
include packaging/install.mk packaging/dist.mk packaging/bundle/bundle.mk

format:
	clang-format -i $(wildcard src/*/*.[ch] src/*/*/*.[ch] src/*/*/*/*.[ch] tests/*/*.[ch] tests/*/*/*.[ch])

lint: $(MESSAGES)
	clang-tidy $(SOURCES) $(KERNELS) -- -std=c11 -D_GNU_SOURCE -Isrc -I$(BUILD)/src -DVARIANT=portable $(call pkg,cflags,LIBRARIES)

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(wildcard $(BUILD)/kernels/*/*.d) $(wildcard $(BUILD)/gpu/*/*.d $(BUILD)/gpu/*/*/*.d) $(TEST_OBJECTS:.o=.d) $(TEST_PROGRAMS:=.d) $(TEST_PLUGINS:.so=.d) $(BENCH:=.d) $(BENCH_SHARED:.o=.d)
