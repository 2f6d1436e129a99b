# Pictures of this build's screens, which stand beside the documents, where code-hosting sites show them: python3.
.PHONY: pictures
pictures: $(PROGRAM)
	@python3 tools/site/screens.py $(PROGRAM) docs/pictures $(NAMES)
