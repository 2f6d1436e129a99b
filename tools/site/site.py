"""Makes pages that a browser opens from disk of the documents, the manual pages and what the program says of itself.

    python3 tools/site/site.py PROGRAM FOLDER

cmark-gfm turns Markdown into HTML, since it reads the same dialect as the sites that show these files, and mandoc the manual
pages. Nothing comes from the network, and no page has a script. A link that leads nowhere is an error.
"""

import argparse
import html
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
SOURCE = HERE.parent.parent

# The pages by their parts. What is a document and not named here stands in the last part.
PARTS = (
    ("Begin", ("index", "first-hour", "cluster", "scaling", "own-images", "bundle")),
    ("Use", ("recipes", "charts", "comparisons", "models", "screens", "health")),
    ("Look up", ("cuvette.1", "cuvette-recipe.5", "formats", "reliability", "benchmarks")),
    ("Inside", ("architecture", "backends")),
)
RUN = "train mnist-cnn --epochs 6"  # of which the charts are drawn


def run(*command, text=None, **options):
    return subprocess.run([str(word) for word in command], input=text, check=True, capture_output=True, text=True,
                          **options).stdout


def markdown(text):
    return run("cmark-gfm", "-e", "table", "-e", "strikethrough", "-e", "autolink", text=text)


def anchor(heading):
    """The name by which code-hosting sites reach a heading; tests/system/test_documents.c knows the same."""
    plain = html.unescape(re.sub(r"<[^>]*>", "", heading))
    return "".join("-" if c == " " else c for c in plain.lower() if c.isalnum() or c in " -_")


class Page:
    """What stands in a page, as HTML, and the file it came from, to which its links are relative."""

    def __init__(self, name, title, body, origin=SOURCE / "docs/_"):
        self.name, self.title, self.body, self.origin = name, title, body, origin


def document(name, path):
    body = markdown(path.read_text(encoding="utf-8"))
    title = html.unescape(re.sub(r"<[^>]*>", "", re.search("<h1>(.*?)</h1>", body)[1]))
    return Page(name, title, body, path)


def manual(path):
    body = run("mandoc", "-T", "html", "-O", "fragment,man=%N.%S.html", path)
    name, section = path.name.rsplit(".", 1)
    return Page(path.name, f"{name}({section})", f"<h1>{name}({section})</h1>\n" + body, path)


def preformatted(text):
    return f"<pre><code>{html.escape(text)}</code></pre>\n"


def recipes(program):
    """From the program's tables: every key, layer and preset."""
    body = markdown("# Recipes\n\nEverything about a run stands in one INI file, the same for the panels, `cuvette train` and "
                    "batch jobs. What is not in it has its preset value. A recipe is named by its file, or by the name of one "
                    "that comes with the program; F3 in the workbench writes the one in the panels.\n\n## Keys\n\n"
                    "`cuvette help recipe` prints\n")
    body += preformatted(run(program, "help", "recipe")) + markdown("## Layers\n\n`cuvette help layers` prints\n")
    body += preformatted(run(program, "help", "layers")) + "<h2>Those that come with it</h2>\n"
    for path in sorted((SOURCE / "assets/recipes").glob("*.ini")):
        body += f"<h3>{path.stem}</h3>\n" + preformatted(path.read_text(encoding="utf-8"))
    return Page("recipes", "Recipes", body)


def draw_charts(program, folder):
    """The charts of a run, into the folder; as a section of HTML."""
    folder = folder.resolve()
    shutil.rmtree(folder / "charts", ignore_errors=True)
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ["PATH"], "HOME": home, "CUVETTE_HOME": home}
        run(program, *RUN.split(), "--run", home + "/run", env=environment, cwd=home)
        drawn = run(program, "export", home + "/run", "--format", "svg", "--out", folder / "charts", env=environment)
    names = [pathlib.Path(path).name for path in drawn.split()]
    return (f"<h2>All of one run</h2>\n<p><code>cuvette {RUN}</code> on the machine that made this page:</p>\n" +
            "".join(f'<p><img src="charts/{name}" alt="{name[:-4]}"></p>\n' for name in names))


class Site:
    def __init__(self, folder):
        self.folder, self.pages = folder, {}

    def add(self, page):
        self.pages[page.name] = page

    def parts(self):
        named = {name for _, names in PARTS for name in names}
        more = tuple(sorted(name for name in self.pages if name not in named))
        return PARTS + ((("More", more),) if more else ())

    def _contents(self, here):
        out = []
        for title, names in self.parts():
            rows = "".join(f'<li><a href="{name}.html"{" aria-current=page" if name == here else ""}>'
                           f"{html.escape(self.pages[name].title)}</a></li>" for name in names)
            out.append(f"<h2>{title}</h2><ul>{rows}</ul>")
        return "\n".join(out)

    def _lead(self, target, origin):
        """Where a link leads here that leads to a file of the source there. Files that are no pages are copied."""
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            return target
        path, _, place = target.partition("#")
        place = "#" + place if place else ""
        if path.endswith(".html") or path.startswith("charts/"):
            return target
        file = (origin.parent / path).resolve()
        inside = file.relative_to(SOURCE.resolve())
        for page in self.pages.values():
            if page.origin.resolve() == file:
                return f"{page.name}.html{place}"
        if inside.parts[:2] == ("docs", "pictures"):
            return f"pictures/{file.name}"
        name = "-".join(inside.parts) + ("" if file.suffix in (".png", ".svg") else ".txt")
        (self.folder / "files").mkdir(exist_ok=True)
        shutil.copyfile(file, self.folder / "files" / name)
        return f"files/{name}"

    def _finish(self, page):
        def lead(found):
            return f'{found[1]}="{html.escape(self._lead(html.unescape(found[2]), page.origin))}"'

        body = re.sub(r'\b(href|src)="([^"]*)"', lead, page.body)
        body = re.sub(r"<code>([^<\n]{1,24})</code>", r'<code class="short">\1</code>', body)
        body = re.sub(r"<(h[1-6])>(.*?)</\1>", lambda f: f'<{f[1]} id="{anchor(f[2])}">{f[2]}</{f[1]}>', body)
        return re.sub(r"<table.*?</table>", lambda f: f'<div class="wide">{f[0]}</div>', body, flags=re.S)

    def _turn(self, name):
        """Links to the pages before and after, where pages are read in a row."""
        names = [name for _, names in self.parts()[:2] for name in names]
        if name not in names:
            return ""
        at = names.index(name)

        def link(step, words):
            page = self.pages[names[at + step]]
            return f'<a href="{page.name}.html">{words.format(html.escape(page.title))}</a>'

        before = link(-1, "← {}") if at else "<span></span>"
        after = link(1, "{} →") if at + 1 < len(names) else ""
        return f'<p class="turn">{before}{after}</p>'

    def write(self):
        frame = (HERE / "page.html").read_text(encoding="utf-8")
        for page in self.pages.values():
            text = frame
            for mark, value in (("TITLE", html.escape(page.title)), ("CONTENTS", self._contents(page.name)),
                                ("TURN", self._turn(page.name)), ("BODY", self._finish(page))):
                text = text.replace(f"<!-- {mark} -->", value, 1)
            (self.folder / f"{page.name}.html").write_text(text, encoding="utf-8")
        shutil.copyfile(HERE / "style.css", self.folder / "style.css")

    def dead_links(self):
        texts = {path.name: path.read_text(encoding="utf-8") for path in self.folder.glob("*.html")}
        for name, text in texts.items():
            for target in re.findall(r'\b(?:href|src)="([^"]*)"', text):
                path, _, place = html.unescape(target).partition("#")
                if re.match(r"[a-z]+:", target):
                    continue
                if path and not (self.folder / path).exists():
                    yield f"{name}: there is no {path}"
                elif place and f'id="{place}"' not in texts.get(path or name, ""):
                    yield f"{name}: there is no heading {target}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    asked = parser.parse_args()
    program = os.path.abspath(asked.program)
    asked.folder.mkdir(parents=True, exist_ok=True)
    site = Site(asked.folder)
    site.add(document("index", SOURCE / "README.md"))
    for path in sorted((SOURCE / "docs").glob("*.md")):
        site.add(document(path.stem, path))
    for path in sorted((SOURCE / "man").glob("*.[1-9]")):
        site.add(manual(path))
    site.add(recipes(program))
    site.pages["charts"].body += draw_charts(program, asked.folder)
    site.write()
    dead = list(site.dead_links())
    for line in dead:
        print(line, file=sys.stderr)
    return bool(dead)


if __name__ == "__main__":
    sys.exit(main())
