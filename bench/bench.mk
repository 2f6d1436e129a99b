# Times training steps in turn with PyTorch and Keras, which a Python environment of their own gets once, and writes the
# result into docs/benchmarks.md. ARGUMENTS are those of bench/compare.py and bench/accuracy.py: --rounds N, --seeds 1 2 3.
BENCH := $(addprefix $(BUILD)/bench/,step_cpu decode_cpu load_cpu)
BENCH_RANKS := $(addprefix $(BUILD)/bench/,all_reduce slow_link)
BENCH_SHARED := $(BUILD)/bench/noise.o $(BUILD)/bench/photographs.o
PEERS ?= $(BUILD)/peers
$(BENCH) $(BENCH_RANKS): %: %.o $(BENCH_SHARED) $(LIBRARY)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LINK) -o $@ $^ $(LIBS)

bench: $(BENCH) $(PROGRAM)
	@bench/peers/install.sh $(PEERS)
	@$(PEERS)/bin/python bench/compare.py $(BUILD) $(if $(THREADS),--threads $(THREADS)) $(ARGUMENTS)

bench-ddp: $(PROGRAM)
	@bench/peers/install.sh $(PEERS)
	@$(PEERS)/bin/python bench/ddp.py $(PROGRAM) $(ARGUMENTS)

# The model of what several ranks cost, fitted to links that are slowed and tried on training over them (docs/scaling.md).
bench-scaling: $(PROGRAM) $(MPI_PLUGINS) $(BENCH_RANKS)
	@python3 bench/scaling.py $(BUILD) $(ARGUMENTS)

# EVENTS of ranks of real runs, a hundred times in all: killed, stopped, cut off the network (docs/reliability.md).
EVENTS ?= --events kill stop cut --times 34 --nodes
lose-ranks: $(PROGRAM) $(MPI_PLUGINS)
	@python3 bench/lost_ranks.py $(PROGRAM) $(EVENTS) $(ARGUMENTS)

# The library's name is what other programs look for.
MOVING_GPUS := $(BUILD)/bench/gpus/libnvidia-ml.so.1
$(MOVING_GPUS): bench/moving_gpus.c
	@mkdir -p $(@D)
	$(call say,FAKE,$@)$(CC) $(FLAGS) $(CFLAGS) -shared -o $@ $< -lm

bench-screen: $(PROGRAM) $(MOVING_GPUS)
	@python3 bench/screen.py $(PROGRAM) --gpus $(MOVING_GPUS) --write $(ARGUMENTS)

bench-screen-cost: $(PROGRAM)
	@python3 bench/screen_cost.py $(PROGRAM) --write $(ARGUMENTS)

bench-accuracy: $(PROGRAM)
	@bench/peers/install.sh $(PEERS)
	@$(PEERS)/bin/python bench/accuracy.py $(PROGRAM) $(if $(DATA),--data $(DATA)) $(if $(JOB),--job $(JOB)) \
	    $(if $(THREADS),--threads $(THREADS)) $(ARGUMENTS)

bench-predict: $(PROGRAM)
	@bench/peers/install.sh $(PEERS)
	@$(PEERS)/bin/python bench/predict.py $(PROGRAM) --data $(DATA) --write $(ARGUMENTS)

# PRESETS="NAME:SIZE:BATCH …": torchvision's networks of the same names.
PRESETS ?= resnet18:224:8 mobilenet_v2:128:16
bench-presets: $(BENCH)
	@bench/peers/install.sh $(PEERS)
	@$(PEERS)/bin/python bench/presets.py $(BUILD) $(if $(THREADS),--threads $(THREADS)) $(ARGUMENTS) $(PRESETS)
