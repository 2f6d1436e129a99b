# The MPI plug-in, which the executable looks for beside itself (run/mpi_plugin.c): one for each family of MPI whose
# compiler is here by a name of its own, in a folder of that name, else one for whatever `mpicc` is. MPICC says which.
MPI ?= $(if $(CROSS),no,auto)
MPI_FAMILIES := openmpi mpich
ifneq ($(MPI),no)
MPI_FAMILIES_HERE := $(if $(MPICC),,$(foreach f,$(MPI_FAMILIES),$(if $(shell command -v mpicc.$(f)),$(f))))
MPICC_FOUND := $(if $(MPI_FAMILIES_HERE),,$(shell command -v $(or $(MPICC),mpicc)))
MPI_PLUGINS := $(MPI_FAMILIES_HERE:%=$(BUILD)/%/libcuvette-mpi.so) $(if $(MPICC_FOUND),$(BUILD)/libcuvette-mpi.so)
ifeq ($(MPI)$(strip $(MPI_PLUGINS)),yes)
$(error MPI=yes, but there is no mpicc in PATH; MPICC=PATH says where it is)
endif
ifeq ($(MPI)$(strip $(MPI_PLUGINS)),auto)
WITHOUT_MPI := without the plug-in for training on several nodes: no mpicc in PATH
endif
endif

MPI_SOURCES := $(MPI_ROOM) $(patsubst %,src/base/%.c,error memory text thread clock fork)
# MPICH's MPI_STATUSES_IGNORE is an address that gcc takes for an array too small.
MPI_FLAGS    = -std=c11 -D_GNU_SOURCE -Isrc $(WARNINGS) -Wno-stringop-overflow -pthread $(CFLAGS) $(GUARDS) \
               -fPIC -fvisibility=hidden $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer)
# The compilers of both families take the compiler that they call from a variable of their own.
mpi_compiler = OMPI_CC='$(CC)' MPICH_CC='$(CC)' $(1)

# mpi_plugin(folder of the plug-in, compiler)
define mpi_plugin
$(1)/libcuvette-mpi.so: $(MPI_SOURCES:src/%.c=$(1)/mpi-objects/%.o)
	$$(call say,LINK,$$@)$$(call mpi_compiler,$(2)) -shared -pthread $$(if $$(SANITIZE),-fsanitize=$$(SANITIZE)) \
	    -Wl,-Bsymbolic $$(if $$(SANITIZE),,-Wl$$(comma)-z$$(comma)defs) $$(LINK_GUARDS) -o $$@ $$^ -lm
$(1)/mpi-objects/%.o: src/%.c
	@mkdir -p $$(@D)
	$$(call say,CC,$$<: MPI)$$(call mpi_compiler,$(2)) $$(MPI_FLAGS) -MMD -MP -c -o $$@ $$<
-include $(MPI_SOURCES:src/%.c=$(1)/mpi-objects/%.d)
endef
comma := ,
$(foreach f,$(MPI_FAMILIES_HERE),$(eval $(call mpi_plugin,$(BUILD)/$(f),mpicc.$(f))))
$(if $(MPICC_FOUND),$(eval $(call mpi_plugin,$(BUILD),$(MPICC_FOUND))))
