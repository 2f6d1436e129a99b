# `make bundle`: one folder that runs on any node, packed as $(BUILD)/cuvette-VERSION-MACHINE.tar.xz. docs/bundle.md
# tells what is in it and why. On Debian, whose static libraries are linked in; with CROSS those of another machine.

BUNDLE         := $(BUILD)/bundle
BUNDLE_NAME    := cuvette-$(VERSION)-$(MACHINE)
BUNDLE_ARCHIVE := $(BUILD)/$(BUNDLE_NAME).tar.xz
# All but the C library. Of Cairo only what is called is linked in, and that knows nothing of X11.
BUNDLE_STATIC  := hdf5 sz aec archive bz2 lz4 lzma zstd z nettle crypto jpeg png16 inih jansson cairo pixman-1 \
                  fontconfig expat freetype brotlidec brotlicommon ncursesw tinfo protobuf-c
BUNDLE_LIBS     = $(shell $(PKG_CONFIG) --libs-only-L hdf5) -Wl,--start-group -Wl,-Bstatic $(BUNDLE_STATIC:%=-l%) \
                  -Wl,-Bdynamic -Wl,--end-group -lm
OPENBLAS_STATIC = $(shell $(PKG_CONFIG) --variable=libdir openblas)/libopenblas.a
BUNDLE_BARE    := -Wl,--build-id=none -s

.PHONY: bundle
bundle:
	@tools/dependencies.sh --bundle
	@$(MAKE) --no-print-directory $(JOBS) $(BUNDLE_ARCHIVE)

$(BUNDLE)/left_out.o: packaging/bundle/left_out.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(FLAGS) $(CFLAGS) -c -o $@ $<

# Filters that HDF5 loads call HDF5 in the program.
$(BUNDLE)/cuvette: $(MAIN) $(LIBRARY) $(BUNDLE)/left_out.o
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(filter-out -rdynamic,$(LINK)) $(BUNDLE_BARE) -o $@ $^ $(BUNDLE_LIBS) \
	    -Wl,--export-dynamic-symbol='H5*' -Wl,--dependency-file=$@.inputs

blas_calls := cblas_sgemm openblas_set_num_threads openblas_get_config blas_memory_alloc blas_memory_free
$(BUNDLE)/libopenblas.so.0: packaging/bundle/openblas.map
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) -shared $(LINK_GUARDS) $(BUNDLE_BARE) -Wl,-soname,libopenblas.so.0 -Wl,-z,defs \
	    $(blas_calls:%=-Wl,-u,%) -Wl,--version-script=$< -o $@ \
	    $(OPENBLAS_STATIC) -fopenmp -lm -Wl,--dependency-file=$@.inputs

# The plug-in for GPUs finds CUDA's libraries where a node has them (host/cuda_places.h), not where this machine has.
$(BUNDLE)/libcuvette-cuda.so: $(PLUGIN_OBJECTS)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(call link_plugin,$$ORIGIN)

# MPICH's library has a name of its own on Debian: left open, it is found on nodes by either (run/mpi_plugin.c).
$(BUNDLE)/mpich/libcuvette-mpi.so: $(MPI_SOURCES:src/%.c=$(BUILD)/mpich/mpi-objects/%.o)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) -shared -pthread -Wl,-Bsymbolic $(LINK_GUARDS) -o $@ $^ -lm

BUNDLE_PLUGINS := $(PLUGIN:$(BUILD)/%=$(BUNDLE)/%) $(filter $(BUNDLE)/mpich/%,$(MPI_PLUGINS:$(BUILD)/%=$(BUNDLE)/%))

# It runs before there is a C library. Of another it has to know whether that is as late as the one of this build.
LAUNCHER_PLAIN_x86_64  := -fcf-protection=none
LAUNCHER_PLAIN_aarch64 := -mbranch-protection=none
LAUNCHER_PLAIN := $(LAUNCHER_PLAIN_$(MACHINE))
LAUNCHER_FLAGS := -std=c11 -D_GNU_SOURCE $(WARNINGS) -O2 -ffreestanding -fno-stack-protector -U_FORTIFY_SOURCE \
                  -fno-tree-loop-distribute-patterns $(LAUNCHER_PLAIN) -static -no-pie -fno-pie -nostdlib
GLIBC_MINOR     = $(eval GLIBC_MINOR := $$(shell echo '__GLIBC_MINOR__' | \
                  $$(CC) -E -P -include features.h -xc - 2>/dev/null))$(GLIBC_MINOR)
$(BUNDLE)/launcher: NEEDED = $(GLIBC_MINOR)
$(BUNDLE)/launcher-to-come: NEEDED = 999
$(BUNDLE)/launcher $(BUNDLE)/launcher-to-come: packaging/bundle/launcher.c packaging/bundle/launcher_$(MACHINE).h
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(LAUNCHER_FLAGS) -DNEEDED_MAJOR=2 -DNEEDED_MINOR=$(NEEDED) $(BUNDLE_BARE) \
	    -Wl,-z,noexecstack -o $@ $<

# Its test is skipped where it cannot be built.
ifeq ($(shell [ "$(LAUNCHER_PLAIN)" ] && [ "$(GLIBC_MINOR)" -ge 33 ] 2>/dev/null && echo yes),yes)
$(BUILD)/tests/system/test_launcher: | $(BUNDLE)/launcher $(BUNDLE)/launcher-to-come
endif

$(BUNDLE_ARCHIVE): packaging/bundle/bundle.sh $(BUNDLE)/cuvette $(BUNDLE)/libopenblas.so.0 \
                   $(BUNDLE)/launcher $(PROGRAM) $(PLUGIN) $(MPI_PLUGINS) $(BUNDLE_PLUGINS)
	$(call say,PACK,$@)BUILD=$(BUILD) CC="$(CC)" CROSS=$(CROSS) MAKE="$(MAKE)" ONNX_SCHEMA=$(ONNX_SCHEMA) \
	    TOOLKIT=$(TOOLKIT) packaging/bundle/bundle.sh $(BUNDLE) $(BUNDLE_NAME) $(BUNDLE_PLUGINS:$(BUNDLE)/%=%)

# The bundle of arm64, made and tried in an emulator (packaging/arm64/check.sh).
.PHONY: bundle-arm64
bundle-arm64:
	@packaging/arm64/check.sh --bundle

# In the folders of other systems, beside the installed program, and built again: root, debootstrap, busybox-static,
# strace, python3 and the network; twenty minutes.
.PHONY: check-bundle
check-bundle: bundle
	@python3 packaging/bundle/check_bundle.py $(BUNDLE_ARCHIVE) $(PROGRAM) $(ARGUMENTS)
