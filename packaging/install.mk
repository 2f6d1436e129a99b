# What `make install` copies, each as MODE:FILE:PLACE below PREFIX. `make uninstall` removes the same, and what folders
# are empty then below bin, lib and share.
VERSION := $(shell sed -n 's/^.define CUVETTE_VERSION "\(.*\)"/\1/p' src/base/version.h)

INSTALLED = 755:$(PROGRAM):bin/cuvette \
    $(if $(PLUGIN),755:$(PLUGIN):lib/cuvette/libcuvette-cuda.so) \
    $(foreach p,$(MPI_PLUGINS),755:$(p):$(p:$(BUILD)/%=lib/cuvette/%)) \
    644:man/cuvette.1:share/man/man1/cuvette.1 \
    644:man/cuvette-recipe.5:share/man/man5/cuvette-recipe.5 \
    644:assets/completions/cuvette.bash:share/bash-completion/completions/cuvette \
    644:assets/completions/cuvette.zsh:share/zsh/site-functions/_cuvette \
    644:assets/completions/cuvette.fish:share/fish/vendor_completions.d/cuvette.fish \
    644:LICENSE:share/doc/cuvette/LICENSE \
    644:assets/README.md:share/doc/cuvette/assets.md
PREFIX ?= /usr/local
installed_to = $(DESTDIR)$(PREFIX)

.PHONY: install uninstall dist
install: $(PROGRAM) $(PLUGIN) $(MPI_PLUGINS)
	$(call say,INST,$(installed_to))set -e; for each in $(INSTALLED); do rest=$${each#*:}; \
	    install -D -m "$${each%%:*}" "$${rest%%:*}" "$(installed_to)/$${rest#*:}"; done

uninstall:
	$(call say,RM,$(installed_to))for each in $(INSTALLED); do place=$${each##*:}; \
	    rm -f "$(installed_to)/$$place"; \
	    below=$${place#*/}; [ "$$below" = "$${below%/*}" ] || (cd "$(installed_to)/$${place%%/*}" && \
	        rmdir -p --ignore-fail-on-non-empty "$${below%/*}") 2>/dev/null; done; true

# The last commit as a source tarball: the same bytes each time. Names, times and rights are those of the commit.
TARBALL := $(BUILD)/cuvette-$(VERSION).tar.gz
dist:
	@test -e .git || { echo 'make dist: there is no git here; this is an unpacked tarball already' >&2; exit 1; }
	@test -z "$$(git status --porcelain)" || echo 'make dist: of the last commit; what changed since is not in it' >&2
	@mkdir -p $(BUILD)
	$(call say,TAR,$(TARBALL))git -c tar.umask=0022 archive --format=tar --prefix=cuvette-$(VERSION)/ HEAD | gzip -9n >$(TARBALL)
	@cd $(BUILD) && sha256sum $(notdir $(TARBALL)) | tee $(notdir $(TARBALL)).sha256
