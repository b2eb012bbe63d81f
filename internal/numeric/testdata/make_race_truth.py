# Writes race_truth.json: phi(b, s, k) = P(X < Y) for Pareto lifetimes X ~ (1+v/e^k)^-s,
# Y ~ (1+v)^-b, and the derivatives of its logarithm, with mpmath 1.3.0 at 40 digits. The
# derivatives are moments of those of the integrand's logarithm, by 40-point
# Gauss-Legendre panels in u = ln(m+v), m = min(1, e^k); every fifth row is checked against
# the hypergeometric function (value, and differences of it in b, s and k).
import json, random
from mpmath import mp, mpf, log, log1p, exp, expm1, hyp2f1, diff

mp.dps = 40
rnd = random.Random(20260802)

def legendre(n):
    nodes = []
    for i in range(1, n + 1):
        x = mp.cos(mp.pi * (i - mpf(1) / 4) / (n + mpf(1) / 2))
        for _ in range(8):
            p0, p1 = mpf(1), x
            for k in range(2, n + 1):
                p0, p1 = p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k
            d = n * (x * p1 - p0) / (x * x - 1)
            x -= p1 / d
        nodes.append((x, 2 / ((1 - x * x) * d * d)))
    return nodes

NODES = legendre(40)

def race(b, s, k):
    kappa = exp(k)
    m = min(mpf(1), kappa)
    def at(u):
        v = m * expm1(u)
        return u - b * log1p(v) - (s + 1) * log1p(v / kappa)
    lo, hi = mpf(0), abs(k) + 85 + 90 / (b + s)
    a, c = lo, hi
    for _ in range(60):
        p, q = a + (c - a) / 3, c - (c - a) / 3
        if at(p) < at(q): a = p
        else: c = q
    mode = (a + c) / 2
    top = at(mode)
    S = [mpf(0)] * 12
    for sign, end in ((1, hi), (-1, lo)):
        u0, left = mode, (end - mode) * sign
        while left > 0 and at(u0) > top - 90:
            # beyond 80 the integrand is exponential: panels may widen
            w = min(mpf(3) / 2 if u0 < abs(k) + 80 else 12 / (b + s), left)
            if sign > 0 and u0 < abs(k) + 80: w = min(w, abs(k) + 80 - u0 + mpf(1) / 10**6)
            while abs(at(u0 + sign * w) - at(u0)) > 14: w /= 2
            for x, g in NODES:
                u = u0 + sign * w * (1 + x) / 2
                v = m * expm1(u)
                t = exp(at(u) - top) * g * w / 2
                lb, ls, G = -log1p(v), -log1p(v / kappa), v / (kappa + v)
                lk = (s + 1) * G - 1
                for i, f in enumerate((1, lb, ls, lk, lb * lb, lb * ls, lb * lk, ls * ls, ls * lk, lk * lk, G, G * (1 - G))):
                    S[i] += t * f
            u0 += sign * w
            left -= w
    w = S[0]
    E = [v / w for v in S]
    return [top + log(w * s * m / kappa), E[1], E[2] + 1 / s, E[3], E[4] - E[1] ** 2, E[5] - E[1] * E[2], E[6] - E[1] * E[3],
            E[7] - E[2] ** 2 - 1 / s ** 2, E[8] - E[2] * E[3] + E[10], E[9] - E[3] ** 2 - (s + 1) * E[11]]

def by_series(b, s, k):
    n, kappa = b + s, exp(k)
    if k <= 0:
        return log(s / n * hyp2f1(1, b, n + 1, 1 - kappa))
    return log(s / (n * kappa) * hyp2f1(1, s + 1, n + 1, 1 - 1 / kappa))

lu = lambda lo, hi: float("%.9g" % 10 ** rnd.uniform(lo, hi))
def typical():
    return lu(-1, 2), lu(-1, 1), float("%.9g" % rnd.uniform(-2.5, 2.5))
def extreme():
    k = rnd.uniform(-18, 18) if rnd.random() < .7 else rnd.choice([-1, 1]) * lu(-12, 0)
    return lu(-3, 4), lu(-3, 4) if rnd.random() < .5 else lu(-3, 3), float("%.9g" % k)
def steady():
    # One rate of leaving for all: s and kappa large, s/kappa their ratio.
    s = lu(3, 8)
    return lu(-1, 2), s, float("%.12g" % log(s / lu(-2, 2)))
classes = {}
for name, draw, count in (("typical", typical, 150), ("extreme", extreme, 200), ("steady", steady, 150)):
    rows = []
    for i in range(count):
        b, s, k = draw()
        if i == 7: k = 0.0
        row = race(mpf(b), mpf(s), mpf(k))
        if i % 5 == 0 and abs(k) < 3:
            with mp.workdps(60):
                B, T, K = mpf(b), mpf(s), mpf(k)
                h = mpf(10) ** -20
                f = by_series
                checks = [(row[0], f(B, T, K)), (row[1], (f(B + h * B, T, K) - f(B - h * B, T, K)) / (2 * h * B)), (row[2], (f(B, T + h * T, K) - f(B, T - h * T, K)) / (2 * h * T)),
                          (row[5], (f(B + h * B, T + h * T, K) - f(B + h * B, T - h * T, K) - f(B - h * B, T + h * T, K) + f(B - h * B, T - h * T, K)) / (4 * h * h * B * T))]
                for got, want in checks:
                    if abs(got - want) > mpf(10) ** -17 * (1 + abs(want)): print("series disagrees", b, s, k, got, want)
        rows.append([b, s, k] + [float(v) for v in row])
    classes[name] = rows
with open("race_truth.json", "w") as file:
    file.write('{\n "source": "make_race_truth.py, mpmath 1.3.0, 40 digits, rounded to 17",\n "columns": "b, s, k, ln phi, its derivatives in b, s, k, bb, bs, bk, ss, sk, kk"')
    for name, rows in classes.items():
        file.write(',\n "%s": [\n  %s\n ]' % (name, ",\n  ".join(json.dumps(r) for r in rows)))
    file.write("\n}\n")
