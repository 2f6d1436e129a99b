# The documents as a site that a browser opens from disk, $(BUILD)/docs/index.html, with pictures of this build's screens and
# charts of a run. `make pictures` renews those that stand beside the documents, where code-hosting sites show them; NAMES
# says which. Debian: python3, and for the site cmark-gfm and mandoc.
.PHONY: docs pictures
docs: $(PROGRAM)
	@tools/dependencies.sh --docs
	@python3 tools/site/screens.py $(PROGRAM) $(BUILD)/docs/pictures
	@python3 tools/site/site.py $(PROGRAM) $(BUILD)/docs
	@printf '  %-5s %s\n' SITE $(BUILD)/docs/index.html

pictures: $(PROGRAM)
	@python3 tools/site/screens.py $(PROGRAM) docs/pictures $(NAMES)
