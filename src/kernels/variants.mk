# The kernels are compiled once for every vector unit of the kind of machine that CC compiles for. Each variant becomes one
# object that hides every name but that of its table, so that nothing outside can call code for a processor that it does
# not run on (kernels/kernels.h, which lists the same names).
MACHINE := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
VARIANTS_x86_64  := portable avx2 avx512 avx512bf16
VARIANTS_aarch64 := neon neonbf16
VARIANTS := $(or $(VARIANTS_$(MACHINE)),portable)
UNIT_avx2   := -march=x86-64-v3
UNIT_avx512 := -march=x86-64-v4 -mprefer-vector-width=512
UNIT_avx512bf16 := $(UNIT_avx512) -mavx512bf16
UNIT_neonbf16   := -march=armv8.2-a+bf16
# Kernels are optimised further than the rest where that has what is usual, also in a package with flags of its own.
KERNEL_FLAGS := -ffp-contract=fast $(if $(filter -O2,$(CFLAGS)),-O3)
VARIANT_OBJECTS := $(VARIANTS:%=$(BUILD)/kernels/%.o)
# The vector sizes of AVX-512 compiled for AVX2, so that tests reach them on any machine; only test programs link it
# (cpu/variant.c).
TEST_VARIANTS := $(if $(filter avx2,$(VARIANTS)),wide)
UNIT_wide     := $(UNIT_avx2) -DVECTOR_WIDE -Wno-psabi
TEST_OBJECTS  += $(TEST_VARIANTS:%=$(BUILD)/kernels/%.o)

define variant
$(BUILD)/kernels/$(1)/%.o: src/kernels/%.c
	@mkdir -p $$(@D)
	$$(call say,CC,$$<: $(1))$$(CC) $$(FLAGS) $$(CFLAGS) $$(KERNEL_FLAGS) $$(UNIT_$(1)) -DVARIANT=$(1) \
	    -MMD -MP -c -o $$@ $$<

$(BUILD)/kernels/$(1).o: $(KERNELS:src/kernels/%.c=$(BUILD)/kernels/$(1)/%.o)
	$$(call say,JOIN,$$@)$$(LD) -r -z noexecstack -o $$@ $$^ && $$(OBJCOPY) --keep-global-symbol=kernels_$(1) $$@
endef
$(foreach unit,$(VARIANTS) $(TEST_VARIANTS),$(eval $(call variant,$(unit))))
