# Writes varying_truth.json: the Pareto/NBD with covariates that change in time at random
# points, computed with mpmath 1.3.0 at 40 digits. Run it in its folder:
#     python3 make_varying_truth.py
# With x(t) constant on the periods of a calendar, A(t) = int e^(g'x), B(t) = int e^(d'x)
# from the first purchase on, R = r+x, everything is an integral over the time y at which
# the customer leaves, rates integrated out in closed form given y:
#   ln L = g'sum x(t_j) + ln (r)_x + r ln alpha + s ln beta + ln(a0 + d0),
#     a0 = (alpha+A(T))^-R (beta+B(T))^-s,
#     d0 = int_tx^T s e^(d'x(y)) (alpha+A(y))^-R (beta+B(y))^-(s+1) dy,  log_odds = ln(d0/a0)
#   rate    = (a0 R/(alpha+A(T)) + d0 E[R/(alpha+A(y))]) / (a0+d0), dropout likewise with
#             s/(beta+B(T)) and (s+1)/(beta+B(y))
#   ahead, given alive at T, with p = alpha+A(T), q = beta+B(T) and A, B from T on:
#   p_alive_at = P (1+B(t)/q)^-s, expected = P R/p int e^(g'x) (1+B/q)^-s dy,
#   discounted = the same with e^(-delta y), pairs = R(R+1)/p^2 int 2 A e^(g'x) (1+B/q)^-s dy,
#   none = 1-P + P [(1+A/p)^-R (1+B/q)^-s + int s/q e^(d'x) (1+A/p)^-R (1+B/q)^-(s+1) dy]
# Each integral runs over y itself, period by period, in panels that are no longer than the
# distance to the nearest singularity and over which the integrand changes by no more than
# e^8, with 40-point Gauss-Legendre each; every tenth d0 is compared with mpmath's quad
# over the same panels cut in three.
import json, random
from mpmath import mp, mpf, loggamma, log, exp

mp.dps = 40
rnd = random.Random(20261122)

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

def integrals(pieces, p, q, R, S, factor, weights, steep=mpf(0), cut=None):
    """Sums of int f e^(-steep y) (1+A/p)^-R (1+B/q)^-S w(y, A, B) dy over pieces (a, b, length);
    factor picks f = a or b."""
    sums = [mpf(0)] * len(weights)
    A = B = t = mpf(0)
    for a, b, length in pieces:
        f = (a, b)[factor]
        at = mpf(0)
        while at < length:
            PA, QB = p + A + a * at, q + B + b * at
            w = min(length - at, PA / a, QB / b, 8 / (R * a / PA + S * b / QB + abs(steep) + mpf(10) ** -30))
            if w > length - at - w / 1000: w = length - at
            def g(y):
                na, nb = A + a * y, B + b * y
                return f * exp(-R * log(1 + na / p) - S * log(1 + nb / q) - steep * (t + y)), t + y, na, nb
            if cut:
                sums[0] += mp.quad(lambda y: g(y)[0], [at, at + w / 3, at + 2 * w / 3, at + w])
            else:
                for x, h in NODES:
                    v, y, na, nb = g(at + w * (1 + x) / 2)
                    v *= h * w / 2
                    for i, k in enumerate(weights):
                        sums[i] += v * k(y, na, nb)
            at += w
            if sums[0] > 0 and g(at)[0] * (length - at) < sums[0] * mpf(10) ** -45 and R + S > 0 and len(weights) == 1 and steep == 0:
                break
        A += a * length; B += b * length; t += length
    return sums

def row(kind, index):
    unit = 7 if kind == "typical" else 1
    if kind == "typical":
        r, al, s, be = (round(10 ** rnd.uniform(-.7, .7), 4), round(10 ** rnd.uniform(0, 2), 3), round(10 ** rnd.uniform(-.7, .6), 4), round(10 ** rnd.uniform(0, 2), 3))
        g = [round(rnd.uniform(-1.5, 1.5), 3) for _ in range(2)]; d = [round(rnd.uniform(-1.5, 1.5), 3) for _ in range(2)]
        periods = [[rnd.choice([7, 7, 14, 28, 30, 31]), rnd.choice([0, 0, 1]), round(rnd.uniform(-1, 1), 2)] for _ in range(30)]
        x = rnd.choice([0, 0, 1, 2, 5, 12, 40]); delta = round(10 ** rnd.uniform(-4, -1), 6)
    else:
        r, al, s, be = (float("%.5g" % 10 ** rnd.uniform(-3, 3)) for _ in range(4))
        g = [round(rnd.uniform(-4, 4), 2) for _ in range(2)]; d = [round(rnd.uniform(-4, 4), 2) for _ in range(2)]
        periods = [[rnd.choice([1, 3, 40, 900, 20000]), rnd.choice([0, 1]), round(rnd.uniform(-1, 1), 2)] for _ in range(12)]
        x = rnd.choice([0, 0, 1, 3, 30, 1000, 10000]); delta = float("%.4g" % 10 ** rnd.uniform(-6, 0))
    whole = sum(p[0] for p in periods)
    first = rnd.randrange(0, whole // 3)
    T = rnd.randrange(1, whole - first)
    tx = 0 if x == 0 else rnd.randrange(1, T + 1)
    if x > 0 and index % 7 == 0: tx = T
    if index % 11 == 5: x = tx = 0
    t = rnd.randrange(0, whole - first - T + 1)
    sums = [round(rnd.uniform(0, x), 0), round(rnd.uniform(-x, x), 2)] if x else [0, 0]
    def between(lo, hi):
        out, at = [], 0
        for length, z1, z2 in periods:
            n = min(hi, at + length) - max(lo, at)
            if n > 0:
                m1, m2 = mpf(str(z1)), mpf(str(z2))
                e = lambda c: exp(mpf(str(c[0])) * m1 + mpf(str(c[1])) * m2)
                out.append((e(g), e(d), mpf(n) / unit))
            at += length
        return out
    R, A0, S, B0 = mpf(str(r)) + x, mpf(str(al)), mpf(str(s)), mpf(str(be))
    before, since, ahead = between(first, first + tx), between(first + tx, first + T), between(first + T, first + T + t)
    total = lambda pieces, i: sum((p[i] * p[2] for p in pieces), mpf(0))
    p0, q0 = A0 + total(before, 0), B0 + total(before, 1)
    p1, q1 = p0 + total(since, 0), q0 + total(since, 1)
    one = lambda y, a, b: mpf(1)
    mass, = integrals(since, p0, q0, R, S + 1, 1, [one]) if since else [mpf(0)]
    if since and index % 10 == 0:
        other = integrals(since, p0, q0, R, S + 1, 1, [one], cut=True)[0]
        assert abs(other / mass - 1) < mpf(10) ** -25, (index, other, mass)
    # relative to (p0)^-R (q0)^-S
    a0 = exp(-R * log(p1 / p0) - S * log(q1 / q0)); d0 = S / q0 * mass
    ll = sum(mpf(str(c)) * mpf(str(v)) for c, v in zip(g, sums)) + loggamma(R) - loggamma(R - x) + (R - x) * log(A0) + S * log(B0) - R * log(p0) - S * log(q0) + log(a0 + d0)
    P = a0 / (a0 + d0)
    rate, dropout = P * R / p1, P * S / q1
    if since:
        _, left, leaving = integrals(since, p0, q0, R, S + 1, 1, [one, lambda y, a, b: R / (p0 + a), lambda y, a, b: (S + 1) / (q0 + b)])
        rate += (1 - P) * left / mass; dropout += (1 - P) * leaving / mass
    ta, tb = total(ahead, 0), total(ahead, 1)
    at = P * exp(-S * log(1 + tb / q1))
    D = mpf(str(delta))
    if t:
        n1, n2 = integrals(ahead, p1, q1, mpf(0), S, 0, [one, lambda y, a, b: 2 * a])
        disc, = integrals(ahead, p1, q1, mpf(0), S, 0, [one], steep=D)
        away, = integrals(ahead, p1, q1, R, S + 1, 1, [one])
    else:
        n1 = n2 = disc = away = mpf(0)
    none = (1 - P) + P * (exp(-R * log(1 + ta / p1) - S * log(1 + tb / q1)) + S / q1 * away)
    num = lambda v: float(mp.nstr(v, 17))
    return {"unit": unit, "params": [r, al, s, be], "purchase": g, "life": d, "periods": periods, "first": first, "x": x, "t_x": tx, "T": T, "t": t, "sums": sums, "delta": delta,
            "truth": {"loglik": num(ll), "log_odds": None if not since else num(log(d0 / a0)), "p_alive": num(P), "rate": num(rate), "dropout": num(dropout), "p_alive_at": num(at),
                      "expected": num(P * R / p1 * n1), "discounted": num(P * R / p1 * disc), "pairs": num(R * (R + 1) / p1 ** 2 * n2), "none": num(none)}}

out = {"source": "make_varying_truth.py, mpmath 1.3.0, 40 digits, rounded to 17",
       "note": "first, t_x, T and t are in days, of which a unit has so many; periods are [days, values...] from day 0 on; sums are the covariates summed over the repeat purchases; delta is per unit; log_odds is ln P(dead)/P(alive), null if the customer cannot have left; pairs is E[Y(Y-1)] given alive; rate and dropout are the posterior means of lambda and mu; the others are given the history",
       "classes": {k: [row(k, i) for i in range(n)] for k, n in (("typical", 50), ("extreme", 40))}}
with open("varying_truth.json", "w") as f:
    f.write(json.dumps(out, indent=None).replace('{"unit"', '\n{"unit"') + "\n")
