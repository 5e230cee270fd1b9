"""CPU of a home page against the number of posts, as a chart that is legible on light and dark backgrounds."""

from math import log10

POSTS = {"S": 20_000, "M": 1_000_000, "L": 10_000_000}
COLORS = {
    "probe": "#2f81f7",
    "heavy": "#d97706",
    "idle": "#16a34a",
    "fresh": "#a855f7",
    "lonely": "#e5484d",
    "celebrity": "#0d9488",
}
TITLES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
WIDTH, HEIGHT = 320, 220  # of one panel's axes
LEFT, TOP, GAP = 48, 60, 60

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" style="font: 12px sans-serif">
<title>CPU of a home page, in the application and the database, against the number of posts</title>
<style>
text {{ fill: #1f2328 }} .grid {{ stroke: #d1d9e0 }} polyline {{ fill: none; stroke-width: 2 }}
@media (prefers-color-scheme: dark) {{ text {{ fill: #e6edf3 }} .grid {{ stroke: #3d444d }} }}
</style>
{parts}
</svg>
"""


def draw(runs):
    kinds = [kind for kind in TITLES if any(run_kind == kind for run_kind, _size in runs)]
    top = highest(runs)
    parts = [legend()]
    for number, kind in enumerate(kinds):
        own = {size: run["pages"] for (run_kind, size), run in runs.items() if run_kind == kind}
        parts.append(panel(TITLES[kind], own, LEFT + number * (WIDTH + GAP), top))
    width = LEFT + len(kinds) * (WIDTH + GAP)
    return PICTURE.format(width=width, height=TOP + HEIGHT + 44, parts="\n".join(parts))


def highest(runs):
    """The end of the scale in milliseconds: a round number that nothing exceeds."""
    most = max(run["pages"][f"home, {reader}"]["cpu_ms"] for run in runs.values() for reader in COLORS)
    return next(end for end in (10, 20, 30, 40, 60, 80, 100, 200, 500, 1000, 5000) if end >= most)


def legend():
    labels = [
        f'<circle cx="{LEFT + 6 + number * 88}" cy="14" r="5" fill="{color}"/>'
        f'<text x="{LEFT + 16 + number * 88}" y="18">{reader}</text>'
        for number, (reader, color) in enumerate(COLORS.items())
    ]
    return "\n".join(labels)


def panel(title, pages, left, top):
    parts = [f'<text x="{left}" y="{TOP - 16}" font-weight="bold">{title}: CPU of a home page, ms</text>']
    for step in range(5):
        y = TOP + HEIGHT * (1 - step / 4)
        parts.append(f'<line class="grid" x1="{left}" y1="{y:g}" x2="{left + WIDTH}" y2="{y:g}"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:g}" text-anchor="end">{top * step / 4:g}</text>')
    for size, posts in POSTS.items():
        label = f"{posts:,}".replace(",", " ")
        parts.append(f'<text x="{across(left, size):.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{label}</text>')
    parts.append(f'<text x="{left + WIDTH / 2:g}" y="{TOP + HEIGHT + 36}" text-anchor="middle">posts</text>')
    for reader, color in COLORS.items():
        spots = [
            f"{across(left, size):.1f},{TOP + HEIGHT * (1 - pages[size][f'home, {reader}']['cpu_ms'] / top):.1f}"
            for size in POSTS
            if size in pages
        ]
        parts.append(f'<polyline points="{" ".join(spots)}" stroke="{color}"/>')
        for spot in spots:
            x, y = spot.split(",")
            parts.append(f'<circle cx="{x}" cy="{y}" r="3.5" fill="{color}"/>')
    return "\n".join(parts)


def across(left, size):
    """The x position of a size on a logarithmic scale."""
    least, most = log10(POSTS["S"]), log10(POSTS["L"])
    return left + 20 + (WIDTH - 40) * (log10(POSTS[size]) - least) / (most - least)
