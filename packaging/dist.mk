VERSION := $(shell sed -n 's/^.define CUVETTE_VERSION "\(.*\)"/\1/p' src/base/version.h)

.PHONY: dist deb recipes
# The last commit as a source tarball: the same bytes each time. Names, times and rights are those of the commit.
TARBALL := $(BUILD)/cuvette-$(VERSION).tar.gz
dist:
	@test -e .git || { echo 'make dist: there is no git here; this is an unpacked tarball already' >&2; exit 1; }
	@test -z "$$(git status --porcelain)" || echo 'make dist: of the last commit; what changed since is not in it' >&2
	@mkdir -p $(BUILD)
	$(call say,TAR,$(TARBALL))git -c tar.umask=0022 archive --format=tar --prefix=cuvette-$(VERSION)/ HEAD | gzip -9n >$(TARBALL)
	@cd $(BUILD) && sha256sum $(notdir $(TARBALL)) | tee $(notdir $(TARBALL)).sha256

# A Debian package of that tarball, built without network; tools/dependencies.sh and debhelper are needed. Of an unpacked
# tarball: cp -r packaging/debian . && dpkg-buildpackage -us -uc -b
DEB := $(BUILD)/deb
deb: dist
	@head -n 1 packaging/debian/changelog | grep -qF '($(VERSION)-' || { echo 'make deb: packaging/debian/changelog is not of $(VERSION)' >&2; exit 1; }
	@rm -rf $(DEB) && mkdir -p $(DEB)
	$(call say,DEB,$(DEB))tar xzf $(TARBALL) -C $(DEB) && cd $(DEB)/cuvette-$(VERSION) && cp -r packaging/debian debian && \
	    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL dpkg-buildpackage -us -uc -b

# The same in a clean Debian of its own, with lintian: root, debootstrap and the network. Ten minutes.
.PHONY: check-deb
check-deb: dist
	@packaging/debian_check.sh $(TARBALL) $(VERSION)

# Spack, EasyBuild, conda and Apptainer, for a release tarball that is served at URL.
HOMEPAGE ?= https://example.org/cuvette
URL      ?= $(HOMEPAGE)/$(notdir $(TARBALL))
RECIPES  := $(BUILD)/recipes
FILL      = sed 's|@VERSION@|$(VERSION)|g; s|@URL@|$(URL)|g; s|@FOLDER@|$(patsubst %/,%,$(dir $(URL)))|g; \
    s|@HOMEPAGE@|$(HOMEPAGE)|g; '"s|@SHA256@|$$(cut -d ' ' -f 1 $(TARBALL).sha256)|g"
recipes: dist
	@mkdir -p $(RECIPES)/spack/packages/cuvette
	@printf 'repo:\n  namespace: cuvette\n' >$(RECIPES)/spack/repo.yaml
	$(call say,FILL,$(RECIPES))$(FILL) packaging/recipes/package.py >$(RECIPES)/spack/packages/cuvette/package.py
	@$(FILL) packaging/recipes/cuvette.eb >$(RECIPES)/cuvette-$(VERSION)-foss-2024a.eb
	@cp packaging/recipes/protobuf-c.eb $(RECIPES)/protobuf-c-1.5.0-GCCcore-13.3.0.eb
	@$(FILL) packaging/recipes/recipe.yaml >$(RECIPES)/recipe.yaml
	@$(FILL) packaging/recipes/cuvette.def >$(RECIPES)/cuvette.def
