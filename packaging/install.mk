# What `make install` copies, each as MODE:FILE:PLACE below PREFIX. `make uninstall` removes the same, each plug-in that
# there may be, since nvcc or mpicc may be out of PATH by then, and what folders are empty then below bin, lib and share.
INSTALLED = 755:$(PROGRAM):bin/cuvette \
    $(if $(PLUGIN),755:$(PLUGIN):lib/cuvette/libcuvette-cuda.so) \
    $(foreach p,$(MPI_PLUGINS),755:$(p):$(p:$(BUILD)/%=lib/cuvette/%)) \
    644:man/cuvette.1:share/man/man1/cuvette.1 \
    644:man/cuvette-recipe.5:share/man/man5/cuvette-recipe.5 \
    644:assets/completions/cuvette.bash:share/bash-completion/completions/cuvette \
    644:assets/completions/cuvette.zsh:$(ZSH_COMPLETIONS)/_cuvette \
    644:assets/completions/cuvette.fish:share/fish/vendor_completions.d/cuvette.fish \
    644:packaging/modulefiles/cuvette.lua:share/modulefiles/cuvette/$(VERSION).lua \
    644:packaging/modulefiles/cuvette.tcl:share/modulefiles/cuvette/$(VERSION) \
    644:LICENSE:share/doc/cuvette/LICENSE \
    644:assets/README.md:share/doc/cuvette/assets.md
PLUGINS_INSTALLED := $(patsubst %,lib/cuvette/%,libcuvette-cuda.so libcuvette-mpi.so $(MPI_FAMILIES:%=%/libcuvette-mpi.so))
PREFIX ?= /usr/local
ZSH_COMPLETIONS ?= share/zsh/site-functions
installed_to = $(DESTDIR)$(PREFIX)

.PHONY: install uninstall
install: $(PROGRAM) $(PLUGIN) $(MPI_PLUGINS)
	$(call say,INST,$(installed_to))set -e; for each in $(INSTALLED); do rest=$${each#*:}; \
	    install -D -m "$${each%%:*}" "$${rest%%:*}" "$(installed_to)/$${rest#*:}"; done

uninstall:
	$(call say,RM,$(installed_to))for each in $(INSTALLED) $(PLUGINS_INSTALLED); do place=$${each##*:}; \
	    rm -f "$(installed_to)/$$place"; \
	    below=$${place#*/}; [ "$$below" = "$${below%/*}" ] || (cd "$(installed_to)/$${place%%/*}" && \
	        rmdir -p --ignore-fail-on-non-empty "$${below%/*}") 2>/dev/null; done; true
