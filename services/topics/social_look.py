"""What breaks at one moment: features far above their usual, put together by the posts they share.

Law: reads the window and the usual, and changes neither.
"""

from math import log

from services.topics.burst import surprise
from services.topics.bursts import POSTS_SHOWN
from services.topics.social_table import Usual
from services.topics.social_window import Window

HOUR_S = 3600.0
BETA = 1.0
ENTER = 14.0
FEATURE_BAR = 4.0
RATIO_BAR = 3.0
MERGE_FEATURE = 0.5
MERGE_TOPIC = 0.25
LONG_WEIGHT = 0.8
STOP_SHARE = 0.01
SINGLE = 0.6
CAND = 200
KEEP_SHARE = 0.3
SECOND = 0.7
THIRD = 0.5
MIN_POSTS = 3


class Cluster:
    """Features that rise together, and the posts that they are in."""

    def __init__(self) -> None:
        """Hold nothing."""
        self.features: dict[int, float] = {}
        self.posts: dict[int, float] = {}
        self.score = 0.0
        self.shown: list[int] = []
        self.vector: dict[int, float] = {}
        self.norm = 1.0


def look(window: Window, usual: Usual, now_s: float) -> list[Cluster]:
    """Give what breaks at ``now_s``, the strongest first."""
    clusters = _grouped(window, _risen(window, usual, now_s))
    clusters = _merged(clusters, window, usual, now_s)
    for cluster in clusters:
        _rate(cluster, window)
    found = [c for c in clusters if c.score >= ENTER and len(c.shown) >= MIN_POSTS]
    return sorted(found, key=lambda c: -c.score)


def _risen(window: Window, usual: Usual, now_s: float) -> list[tuple[float, int]]:
    posts = window.posts
    w, q = usual.weights(now_s)
    total = max(1.0, usual.total(now_s))
    hour = now_s - HOUR_S
    k1 = sum(1 for p in posts.values() if p.at_s > hour) / total
    k3 = len(posts) / total
    slow, quick = usual.slow, usual.quick
    most = STOP_SHARE * 2 * total
    risen = []
    for f, ring in window.heard_in.items():
        n3: float = len(ring)
        if n3 < MIN_POSTS:
            continue
        base = max(0.0, slow[f] / w - quick[f] / q)
        if base > most:
            continue
        base += BETA
        e3 = base * k3
        if n3 < RATIO_BAR * e3 and n3 < RATIO_BAR * base * k1:
            continue
        n3 = len({posts[s].author for s in ring})
        if n3 < MIN_POSTS:
            continue
        n1 = len({posts[s].author for s in ring if posts[s].at_s > hour})
        score = max(surprise(n1, base * k1), surprise(n3, e3) * LONG_WEIGHT)
        if score >= FEATURE_BAR:
            risen.append((score, f))
    risen.sort(reverse=True)
    return risen[:CAND]


def _grouped(window: Window, risen: list[tuple[float, int]]) -> list[Cluster]:
    clusters: list[Cluster] = []
    for score, f in risen:
        mine = set(window.heard_in[f])
        best, best_c = 0.0, None
        for c in clusters:
            both = len(mine & c.posts.keys())
            if both >= 2:
                share = both / min(len(mine), len(c.posts))
                if share > best:
                    best, best_c = share, c
        if best_c is None or best < MERGE_FEATURE:
            best_c = Cluster()
            clusters.append(best_c)
        best_c.features[f] = score
        for s in mine:
            best_c.posts[s] = best_c.posts.get(s, 0.0) + score
    return clusters


def _merged(clusters: list[Cluster], window: Window, usual: Usual, now_s: float) -> list[Cluster]:
    posts = window.posts
    total = usual.total(now_s)
    for c in clusters:
        vector: dict[int, int] = {}
        top = sorted(c.posts.items(), key=lambda x: -x[1])[:40]
        for s, _ in top:
            for f in posts[s].features:
                vector[f] = vector.get(f, 0) + 1
        c.vector = {
            f: (1 + log(n)) * log(1 + total / (1 + usual.slow[f]))
            for f, n in vector.items()
            if n >= 2 or f in c.features
        }
        c.norm = sum(v * v for v in c.vector.values()) ** 0.5 or 1.0
    done: list[Cluster] = []
    for c in clusters:
        for d in done:
            a, b = (c, d) if len(c.vector) < len(d.vector) else (d, c)
            dot = sum(v * b.vector[f] for f, v in a.vector.items() if f in b.vector)
            if dot / (c.norm * d.norm) >= MERGE_TOPIC:
                d.features.update(c.features)
                for s, v in c.posts.items():
                    d.posts[s] = d.posts.get(s, 0.0) + v
                break
        else:
            done.append(c)
    return done


def _rate(c: Cluster, window: Window) -> None:
    scores = sorted(c.features.values(), reverse=True) + [0.0, 0.0]
    c.score = scores[0] * SINGLE + SECOND * scores[1] + THIRD * scores[2]
    best = sorted(c.posts.items(), key=lambda x: (-x[1], -window.posts[x[0]].at_s))
    c.shown = [s for s, v in best[:POSTS_SHOWN] if v >= KEEP_SHARE * best[0][1]]
