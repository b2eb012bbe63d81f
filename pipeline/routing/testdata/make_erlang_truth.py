# Writes erlang_truth.json: Erlang B, C and A at given numbers, computed with mpmath
# 1.3.0 (60 digits, rounded to 17). Run it in its folder:
#     python3 make_erlang_truth.py
# The mean handling time is 1. Erlang B and C are finite sums over the states of the
# queue. Erlang A sums over the states, and its service level is a difference of two
# series of positive terms, or a quadrature where that would lose digits. Where that
# would take more than 3,000 terms, all of it is quadrature of the density of the virtual
# wait, cut where that has fallen by given powers of e (Gauss-Legendre with 48 nodes, 30
# digits).
import json
from mpmath.calculus.quadrature import GaussLegendre
from mpmath import mp, mpf, exp, expm1, log, sqrt, nstr

mp.dps = 60

with mp.workdps(40):
    NODES = GaussLegendre(mp).calc_nodes(5, mp.prec)  # 48 nodes

def text(x):
    return float(nstr(x, 17))

def inverse_b(n, a):  # 1/B by the finite sum of a^-k n!/(n-k)!
    term, total = mpf(1), mpf(1)
    for k in range(n):
        term *= (n - k) / a
        total += term
        if term < total * mpf(10) ** -55 and k > n - a:
            break
    return total

def erlang_c(n, load, t):
    a = mpf(load)
    x = inverse_b(n, a)
    c = n / ((n - a) * x + a)
    return [text(v) for v in (1 / x, c, 1 - c * exp(-(n - a) * mpf(t)), c / (n - a), c * exp(-(n - a) * mpf(t)))]

def states(n, a, r):
    # sums over j waiting, relative to the state of n busy and nobody waiting
    theta = 1 / r
    term, w, ab, asa, inner, j = mpf(1), mpf(0), mpf(0), mpf(0), mpf(0), 0
    while True:
        rate = n + (j + 1) * theta
        inner += 1 / rate              # mean time to pass j+1 stages
        w += term                      # an arrival finds j waiting
        ab += term * (j + 1) * theta / rate
        asa += term * n / rate * inner
        term *= a / rate
        j += 1
        if a < rate and term * (j + 1) < mpf(10) ** -35 * min(ab, asa) * (1 - a / rate):
            return w, ab, asa

def beyond(x, y, W):
    # integral of exp(y(1-exp(-u)) - x u) over u from -ln W
    term, total, k = 1 / x, 1 / x, 0
    while True:
        k += 1
        term *= y * W / (x + k)
        total += term
        if y * W < x + k and term < total * mpf(10) ** -58 * (1 - y * W / (x + k)):
            return exp(y * (1 - W)) * W ** x * total

def quadrature(x, y, ts):
    # integrals from 0 and from each t of the density, relative to its peak, with weights
    peak = log(y / x) if y > x else mpf(0)
    phi = lambda u: -y * expm1(-u) - x * u
    top = phi(peak)
    def fallen(side, by):
        f = lambda s: top - phi(peak + side * s)
        if side < 0 and f(peak) < by:
            return mpf(0)
        low, high = mpf(0), 1 / (x + y + 1)
        while f(high) < by:
            high *= 2
        for _ in range(40):
            mid = (low + high) / 2
            low, high = (mid, high) if f(mid) < by else (low, mid)
        return max(mpf(0), peak + side * high)
    cuts = {mpf(0), peak} | {fallen(side, by) for by in (1, 3, 6, 10, 16, 24, 34, 46, 60, 75) for side in (1, -1)}
    def over(low):
        points = sorted({low} | {c for c in cuts if c > low})
        if len(points) < 2:
            points.append(low + 80 / (x - y * exp(-low)))
        all_, stay, leave, mean = mpf(0), mpf(0), mpf(0), mpf(0)
        for left, right in zip(points, points[1:]):
            half = (right - left) / 2
            for node, weight in NODES:
                u = left + half * (1 + node)
                gone = -expm1(-u)
                f = half * weight * exp(y * gone - x * u - top)
                all_, stay, leave, mean = all_ + f, stay + f * (1 - gone), leave + f * gone, mean + f * u * (1 - gone)
        return all_, stay, leave, mean
    return top, over(mpf(0)), [over(t) for t in ts]

def upto(x, y, U, top):
    # the integral from 0 to U of the density of those who stay, over exp(top)
    total = mpf(0)
    for k in range(64):
        half = U / 128
        for node, weight in NODES:
            u = half * (2 * k + 1 + node)
            total += half * weight * exp(-y * expm1(-u) - (x + 1) * u - top)
    return total

def erlang_a(n, load, r, ts):
    a, r = mpf(load), mpf(r)
    idle = inverse_b(n - 1, a) if n > 1 else mpf(1)   # mass below n busy over that of n-1 busy
    x, y = n * r, a * r
    rows = []
    if max(mpf(0), y - x) + 14 * sqrt(max(x, y)) < 3000:
        w, ab, asa = states(n, a, r)
        full = a / n                   # state of n busy, over that of n-1 busy
        norm = idle + full * w
        assert abs(full * w / (y * beyond(x, y, mpf(1))) - 1) < mpf(10) ** -30
        pserved = (idle + full * (w - ab)) / norm
        for t in ts:
            W = exp(-mpf(t) / r)
            level = pserved - y * beyond(x + 1, y, W) / norm
            if level < mpf(10) ** -15:     # the difference has lost digits
                level = (idle + y * upto(x, y, mpf(t) / r, mpf(0))) / norm
            rows.append([full * w / norm, full * ab / norm, level, full * asa / norm / pserved, a * pserved / n, y * W * beyond(x, y, W) / norm])
    else:
        with mp.workdps(30):
            waits = [mpf(t) / r for t in ts]
            top, (all_, stay, leave, mean), tails = quadrature(x, y, waits)
            for U, (rest, stay_rest, _, _) in zip(waits, tails):
                rel = idle * exp(-top)
                norm = rel + y * all_
                pserved = (rel + y * stay) / norm
                level = (rel + y * (stay - stay_rest)) / norm
                if level < mpf(10) ** -8:
                    level = (rel + y * upto(x, y, U, top)) / norm
                rows.append([y * all_ / norm, y * leave / norm, level, r * y * mean / norm / pserved, a * pserved / n, y * exp(-U) * rest / norm])
    return [[text(v) for v in row] for row in rows]

def main():
    c_rows, a_rows = [], []
    for n in (1, 5, 14, 120, 5000):
        for load in sorted({1e-6, 0.01, 0.5 * n, 0.8 * n, 0.95 * n, 0.999 * n, n - 1e-6, n - n ** 0.5 / 2}):
            if 0 < load < n:
                for t in (0.0, 0.1, 3.0):
                    c_rows.append([n, load, t] + erlang_c(n, load, t))
        for load in sorted({1e-6, 0.5 * n, 0.95 * n, n - 1e-6, float(n), 1.01 * n, 1.5 * n, 20.0 * n}):
            for r in (1e-3, 0.1, 1.0, 1e3, 1e6):
                ts = (0.1,) if n > 100 else (0.0, 0.1, 3.0)
                a_rows += [[n, load, r, t] + row for t, row in zip(ts, erlang_a(n, load, r, ts))]
                print(n, load, r, flush=True)
    head = {
        "source": "make_erlang_truth.py, mpmath 1.3.0, 60 digits, rounded to 17; handling time 1",
        "columns": {
            "erlang_c": "agents, load, t, Erlang B, P(wait), P(wait <= t), ASA, P(wait > t)",
            "erlang_a": "agents, load, patience, t, P(wait), P(abandon), P(served within t), ASA of the served, occupancy, P(in the queue after t)"},
    }
    with open("erlang_truth.json", "w") as out:
        out.write("{\n" + ",\n".join(' "%s": %s' % (k, json.dumps(v)) for k, v in head.items()))
        for name, rows in (("erlang_c", c_rows), ("erlang_a", a_rows)):
            out.write(',\n "%s": [\n' % name + ",\n".join("  " + json.dumps(row) for row in rows) + "\n ]")
        out.write("\n}\n")

main()
