"""A terminal's cells as an SVG picture.

Words are text, in whatever fixed font the reader has, each run of them stretched to its cells. Lines, blocks and braille
dots are drawn, because fonts that lack them would push everything out of its column.
"""

import collections
import itertools
import html

WIDTH, HEIGHT, EDGE = 8, 16, 10  # of a cell, in pixels; around the screen
FONT = "ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace"

DARK = {"text": (0xD3, 0xD7, 0xDE), "ground": (0x12, 0x16, 0x1D)}
LIGHT = {"text": (0x24, 0x29, 0x30), "ground": (0xFA, 0xFA, 0xF7)}
EIGHT = [(0x12, 0x16, 0x1D), (0xF4, 0x71, 0x74), (0x93, 0xD0, 0x6B), (0xEF, 0xC1, 0x4F), (0x62, 0xA8, 0xF5),
         (0xD3, 0x94, 0xE6), (0x4F, 0xC4, 0xD8), (0xD3, 0xD7, 0xDE)]
STEPS = (0, 95, 135, 175, 215, 255)

# Arms of a line from the middle of its cell: left, right, up, down.
ARMS = {"─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu", "├": "rud", "┤": "lud", "┬": "lrd", "┴": "lru",
        "┼": "lrud"}
QUADRANTS = {"▖": 4, "▗": 8, "▘": 1, "▙": 13, "▚": 9, "▛": 7, "▜": 11, "▝": 2, "▞": 6, "▟": 14}
SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))  # of the bits of a braille character


def palette(n):
    if n < 16:
        return EIGHT[n % 8]
    if n < 232:
        return tuple(STEPS[(n - 16) // by % 6] for by in (36, 6, 1))
    return (8 + 10 * (n - 232),) * 3


def blend(over, under, share):
    return tuple(round(o * share + u * (1 - share)) for o, u in zip(over, under))


def colors(style, theme):
    """The colours of a cell's text and ground."""
    def of(color, own):
        return own if color is None else palette(color) if isinstance(color, int) else color

    text, ground = of(style.color, theme["text"]), of(style.ground, theme["ground"])
    if style.reverse:
        text, ground = ground, text
    return blend(text, ground, 0.6) if style.dim else text, ground


def name(color):
    text = "#%02x%02x%02x" % color
    return text[:2] + text[3] + text[5] if text[1] == text[2] and text[3] == text[4] and text[5] == text[6] else text


def block(character):
    """The parts of a cell that a block fills: left, top, width, height in pixels. Empty for no block."""
    code = ord(character)
    if 0x2581 <= code <= 0x2588:
        height = 2 * (code - 0x2580)
        return [(0, HEIGHT - height, WIDTH, height)]
    if 0x2589 <= code <= 0x258F:
        return [(0, 0, 0x2590 - code, HEIGHT)]
    if character in QUADRANTS:
        return [(i % 2 * 4, i // 2 * 8, 4, 8) for i in range(4) if QUADRANTS[character] >> i & 1]
    return {"▀": [(0, 0, WIDTH, 8)], "▐": [(4, 0, 4, HEIGHT)]}.get(character, [])


class Picture:
    def __init__(self, theme):
        self.theme = theme
        self.fills, self.dots, self.words = (collections.defaultdict(list) for _ in range(3))
        self.halves = collections.defaultdict(set)  # of lines: colour → (across or down, x or y of it, half cell)

    def add(self, row, column, character, style):
        text, ground = colors(style, self.theme)
        x, y = column * WIDTH, row * HEIGHT
        if ground != self.theme["ground"]:
            self._fill(ground, x, y, WIDTH, HEIGHT)
        if character in SHADES:
            self._fill(blend(text, ground, SHADES[character]), x, y, WIDTH, HEIGHT)
        elif parts := block(character):
            for left, top, width, height in parts:
                self._fill(text, x + left, y + top, width, height)
        elif character in ARMS:
            for arm in ARMS[character]:
                across = arm in "lr"
                self.halves[text].add((across, y if across else x, 2 * (column if across else row) + (arm in "rd")))
        elif "\u2800" < character <= "\u28FF":
            for bit, (right, down) in enumerate(DOTS):
                if ord(character) >> bit & 1:
                    self.dots[text].append((y + 2 + 4 * down, x + 2 + 4 * right))
        elif character not in " \u2800":
            self._write(text, style.bold, row, column, character)

    def _fill(self, color, x, y, width, height):
        """A stroke as thick as the rectangle is high. Beside another one it only makes that longer."""
        strokes = self.fills[color, height]
        if strokes and (strokes[-1][0] + strokes[-1][2], strokes[-1][1]) == (x, y):
            strokes[-1][2] += width
        else:
            strokes.append([x, y, width])

    def _write(self, color, bold, row, column, character):
        """Letters join the word before them, over one blank at most; other signs have a place of their own."""
        words = self.words[color, bold]
        last = words[-1] if words else [-1, 0, ""]
        blanks = column - last[1] - len(last[2])
        if last[0] == row and blanks in (0, 1) and last[2].isascii() and character.isascii():
            last[2] += " " * blanks + character
        else:
            words.append([row, column, character])

    def _lines(self, color):
        """Halves that touch are one stroke."""
        path = []
        for across, place, half in sorted(self.halves[color]):
            if (across, place, half - 1) in self.halves[color]:
                continue
            end = half + 1
            while (across, place, end) in self.halves[color]:
                end += 1
            unit = 4 if across else 8
            path.append(f"M{half * unit} {place + 8}h{(end - half) * unit}" if across else
                        f"M{place + 4} {half * unit}v{(end - half) * unit}")
        return "".join(path)

    def _text(self, row, column, word):
        length = f' textLength="{len(word) * WIDTH}"' if len(word) > 1 else ""
        return f'<text x="{column * WIDTH}" y="{row * HEIGHT + 12}"{length}>{html.escape(word, quote=False)}</text>'

    def parts(self):
        for (color, height), strokes in self.fills.items():
            path = "".join(f"M{x} {y + height // 2}h{width}" for x, y, width in strokes)
            yield f'<path stroke="{name(color)}" stroke-width="{height}" shape-rendering="crispEdges" d="{path}"/>'
        for color in self.halves:
            yield f'<path stroke="{name(color)}" d="{self._lines(color)}"/>'
        for color, dots in self.dots.items():
            path = "".join(f"M{x} {y}h0" for y, x in sorted(set(dots)))
            yield f'<path stroke="{name(color)}" stroke-width="2.6" stroke-linecap="round" d="{path}"/>'
        for (color, bold), words in self.words.items():
            weight = ' font-weight="bold"' if bold else ""
            yield f'<g fill="{name(color)}"{weight}>' + "".join(self._text(*word) for word in words) + "</g>"


def svg(cells, title, light=False):
    """The whole picture; `title` is what it shows, for those who do not see it."""
    theme = LIGHT if light else DARK
    picture = Picture(theme)
    for row, column in itertools.product(range(cells.rows), range(cells.columns)):
        picture.add(row, column, *cells.cells[row][column])
    width, height = cells.columns * WIDTH + 2 * EDGE, cells.rows * HEIGHT + 2 * EDGE
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' role="img">',
        f"<title>{html.escape(title, quote=False)}</title>",
        f'<rect width="{width}" height="{height}" rx="6" fill="{name(theme["ground"])}"/>',
        f'<g transform="translate({EDGE} {EDGE})" font-family="{FONT}" font-size="13.3" fill="none">',
        *picture.parts(), "</g>", "</svg>", ""])
