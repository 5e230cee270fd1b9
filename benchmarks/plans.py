"""Requirements on the work a database does for a page, regardless of the size of the site."""

from posts.timelines.home import WINDOW

GROWING = ("posts_post", "posts_like", "posts_bookmark", "social_follow")
MAX_VISITED = WINDOW + 1  # rows

# For a home page, at most: buffers of PostgreSQL, and instructions of SQLite. Each of the 30 acts takes about three
# buffers, and each of the 25 posts about 13: itself, its author, and whether its reader blocked or muted them, liked,
# reposted or bookmarked it. Quoted posts and names come on top.
MAX_WORK = {
    "postgresql": {"idle": 2_500, "lonely": 4_000, "others": 900},
    "sqlite": {"idle": 200_000, "lonely": 500_000, "others": 200_000},
}


def broken_rules(meter, database):
    """The violated requirements, as sentences."""
    scenario, work = meter.scenario, meter.recorder.work()
    if scenario.name.startswith("home"):
        maximum = MAX_WORK[database]
        maximum = maximum.get(scenario.reader, maximum["others"])
        if work > maximum:
            unit = "buffers are touched" if database == "postgresql" else "instructions are carried out"
            yield f"{scenario.title}: {work:,} {unit}, and {maximum:,} at most should be."
    for plan in meter.recorder.plans:
        for fault in faults(plan):
            yield f"{scenario.title}: {fault}"


def faults(plan):
    """What PostgreSQL must not do: scan many rows of a growing table instead of looking up a few."""
    for node in _nodes(plan):
        visited = _visited(node)
        if node.get("Index Name") == "posts_post_pkey" and visited > MAX_VISITED:
            yield f"{visited:,} rows of the posts' primary key are walked, and {MAX_VISITED:,} at most should be."
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING and visited > MAX_VISITED:
            yield f"{node['Relation Name']} is scanned, {visited:,} rows of it."


def _nodes(plan):
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _visited(node):
    each_time = sum(
        node.get(rows, 0) for rows in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    )
    return round(each_time * node["Actual Loops"])
