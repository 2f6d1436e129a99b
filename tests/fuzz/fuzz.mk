# Fuzzing what reads strangers' files, with clang's libFuzzer under Address- and UBSanitizer.
#
#   make fuzz        SECONDS=60 for each target, FUZZ="idx numpy …" for some; inputs are kept in build/fuzz/corpus, so
#                    that each run goes on from the last, and what is found lies in build/fuzz/findings
#   make check-fuzz  the same in a minute altogether, counted like tests; without clang it says so and is content
#   make fuzz-seeds  writes tests/fuzz/seeds anew; python3 needs numpy, scipy, h5py
FUZZ         ?= $(sort $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_CC      ?= clang
SECONDS      ?= 60
FUZZ_PROGRAMS := $(FUZZ:%=$(BUILD)/tests/fuzz/fuzz_%)
# All but the kernels, which read no file.
FUZZED       := $(BUILD)/libfuzzed.a

$(FUZZED): $(filter-out $(MAIN),$(OBJECTS)) $(ASSET_OBJECTS)
	@rm -f $@
	$(call say,AR,$@)ar rcs $@ $^

$(FUZZ_PROGRAMS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/tests/fuzz/fuzz.o $(FUZZED)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

.PHONY: fuzz check-fuzz fuzz-programs fuzz-seeds
fuzz-programs: $(FUZZ_PROGRAMS)

fuzz_build = $(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/fuzz CC="$(FUZZ_CC)" OPTIMISE=-O1 \
             SANITIZE=address,undefined,fuzzer-no-link fuzz-programs
has_fuzz_cc = command -v $(lastword $(FUZZ_CC)) >/dev/null

fuzz:
	@$(has_fuzz_cc) || { echo "make fuzz needs clang: apt-get install clang" >&2; exit 1; }
	@tools/dependencies.sh
	@$(fuzz_build)
	@tests/fuzz/run.sh $(BUILD)/fuzz $(SECONDS) $(FUZZ)

check-fuzz:
	@if $(has_fuzz_cc); then $(fuzz_build) && tests/fuzz/run.sh $(BUILD)/fuzz $$((60 / $(words $(FUZZ)))) $(FUZZ); \
	else echo "no clang: 0 passed, 0 failed, $(words $(FUZZ)) skipped"; fi

FUZZ_SEEDS   := $(BUILD)/tests/fuzz/seeds
$(FUZZ_SEEDS): $(FUZZ_SEEDS).o $(TEST_OBJECTS) $(LIBRARY)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LINK) -o $@ $^ $(call pkg,libs,TEST_LIBRARIES) $(LIBS)

fuzz-seeds: $(FUZZ_SEEDS)
	@$(FUZZ_SEEDS) tests/fuzz/seeds
	@python3 tests/fuzz/seeds.py tests/fuzz/seeds

-include $(FUZZ_PROGRAMS:=.d) $(FUZZ_SEEDS).d $(BUILD)/tests/fuzz/fuzz.d
