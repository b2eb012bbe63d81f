# Writes ggompertz_truth.json: quantities of the GGompertz/NBD at random points by
# Gauss-Legendre quadrature of the defining integrals over the time of death, with
# mpmath 1.3.0 at 40 digits. Run it in its folder:
#     python3 make_ggompertz_truth.py
# A customer at age t leaves with hazard b eta e^(bt), eta ~ Gamma(s, beta), so that
#     S(t) = (beta/(beta + e^(bt) - 1))^s,  f(t) = -S'(t) = s b e^(bt) S(t)/(beta + e^(bt) - 1)
# and, with lambda ~ Gamma(r, alpha) and q = r+x,
#     L = Gamma(q)/Gamma(r) alpha^r [S(T)/(alpha+T)^q + int_tx^T f(y)/(alpha+y)^q dy].
# Given life at T the customer buys at a rate ~ Gamma(q, alpha+T) until it leaves, with
# survival S(T+u)/S(T). Every twentieth value is checked with twice the nodes.
import json, random, sys
from mpmath import mp, mpf, log, log1p, exp, expm1, loggamma

mp.dps = 40
from mpmath.calculus.quadrature import GaussLegendre
NODES = GaussLegendre(mp).calc_nodes(5, mp.prec)  # 48 a panel
FINER = GaussLegendre(mp).calc_nodes(6, mp.prec)
rnd = random.Random(20260722)
FAR = 85

class Life:
    """ln S and ln f from age t0 on, u = age - t0, both relative to S(t0)."""
    def __init__(self, b, s, beta, t0):
        self.b, self.s, self.k = b, s, exp(-b * t0)
        self.beta = beta * self.k - expm1(-b * t0)  # of the remaining life, in units of e^(b t0)
    def lnS(self, u):
        return -self.s * log1p(expm1(self.b * u) / self.beta)
    def lnf(self, u):
        p = self.beta + expm1(self.b * u)
        return self.lnS(u) + log(self.s * self.b) + self.b * u - log(p)
    def hazard(self):
        return self.s * self.b / self.beta

def panels(life, a, slope, end):
    # ends of panels no longer than their distance from what bends the integrand
    b = life.b
    bend = min(a, 1 / b, 1 / (slope + life.hazard()))
    if life.beta < 1:
        bend = min(bend, -log1p(-life.beta) / b)
    kink = log(life.beta - 1) / b if life.beta > 2 else None
    out, u = [mpf(0)], mpf(0)
    while end is None or u < end:
        step = max(bend / 2, u / 2)
        if kink is not None:
            step = min(step, max(1 / b, abs(kink - u) / 2))
        u += step
        if end is not None and u >= end:
            u = end
        out.append(u)
        yield out[-2], out[-1]

def integrate(lng, life, a, slope, end, extra=()):
    # int_0^end e^lng(u) (1, extra...) du; ends where the integrand has died away
    total = [mpf(0)] * (1 + len(extra))
    top, used = None, []
    for lo, hi in panels(life, a, slope, end):
        half, mid = (hi - lo) / 2, (hi + lo) / 2
        best = None
        for x, w in NODES:
            u = mid + half * x
            l = lng(u)
            best = l if best is None else max(best, l)
            v = w * half * exp(l)
            total[0] += v
            for i, e in enumerate(extra):
                total[i + 1] += v * e(u)
        used.append((lo, hi))
        top = best + log(hi - lo) if top is None else max(top, best + log(hi - lo))
        if len(used) > 12 and best + log(hi) < top - FAR and end is None:
            break
        if len(used) > 12 and end is not None and best + log(end) < top - FAR and falling(lng, lo, hi, end):
            break
    integrate.count += 1
    if integrate.count % 20 == 0:
        other = sum(w * (hi - lo) / 2 * exp(lng((hi + lo) / 2 + (hi - lo) / 2 * x)) for lo, hi in used for x, w in FINER)
        # beyond the range of float64 only the order of magnitude counts
        assert abs(other - total[0]) <= mpf(10) ** -22 * abs(other) or other < mpf(10) ** -330, (other, total[0])
    return total if extra else total[0]
integrate.count = 0

def falling(lng, lo, hi, end):
    # nothing comes after: sampled on a geometric grid
    last, u = lng(hi), hi
    while u < end:
        u = min(end, u * mpf(1.2))
        l = lng(u)
        if l > last + mpf(10) ** -20:
            return False
        last = l
    return True

def nb(q, a, n):
    c = loggamma(q + n) - loggamma(q) - loggamma(n + 1)
    return lambda u: c + (n * log(u / (a + u)) if n else 0) - q * log1p(u / a)

def pmf(q, a, life, n, t):
    mass = nb(q, a, n)
    dead = integrate(lambda u: mass(u) + life.lnf(u), life, a / (1 + n), q / a, t)
    return dead + exp(mass(t) + life.lnS(t))

def lu(lo, hi):
    return float(10 ** rnd.uniform(lo, hi))

def sig(v):
    return float("%.6g" % v)

def typical():
    b = sig(lu(-3, -.5))
    return [sig(rnd.uniform(.05, 5)), sig(rnd.uniform(1, 50)), b, sig(rnd.uniform(.1, 4)), sig(lu(-2, 2))], rnd.randrange(60), sig(rnd.uniform(1, 150)), sig(rnd.uniform(.1, 150))

def extreme():
    while True:
        x = 0 if rnd.random() < .15 else int(lu(0, 4))
        p = [sig(lu(-3, 3)) for _ in range(5)]
        p[2] = sig(lu(-6, 3))
        T, t = sig(lu(-2, 5)), sig(lu(-2, 5))
        if p[2] * max(T, t) <= 1e5:
            return p, x, T, t

def near_pareto():
    p, x, T, t = typical() if rnd.random() < .5 else extreme()
    b = sig(lu(-14, -5))
    p[2], p[4] = b, sig(b * lu(-1, 3))
    return p, x, T, t

out = {
    "source": "make_ggompertz_truth.py, mpmath 1.3.0, 40 digits, rounded to 17",
    "columns": ["r", "alpha", "b", "s", "beta", "x", "t_x", "T", "t", "n", "delta", "loglik", "p_alive", "p_dead", "expected", "expected_new", "p_alive_at", "pmf", "conditional_pmf", "discounted", "discounted_infinite", "rate", "dropout"],
    "note": "expected, p_alive_at, conditional_pmf, discounted, rate and dropout (the means of lambda and b eta) are given the history; pmf and expected_new are those of a new customer; discounted runs to t, both at delta per period",
    "classes": {},
}
for name, draw, count in [("typical", typical, 125), ("extreme", extreme, 150), ("near_pareto", near_pareto, 60)]:
    rnd.seed(20260722)
    rows = []
    while len(rows) < count:
        p, x, T, t = draw()
        tx = 0.0
        if x > 0:
            tx = min(T, T * (1 - rnd.random() / (1 + x)) if rnd.random() < .6 else T * rnd.uniform(.01, 1))
        n = rnd.choice([0, 1, 2, 3, 5, 10, 40, 200])
        delta = lu(-4, -.5)
        r, alpha, b, s, beta = map(mpf, p)
        TX, TT, tt = mpf(tx), mpf(T), mpf(t)
        q = r + x
        # relative to the density at t_x: e^-drop is alive, J dead at T
        last, now, new = Life(b, s, beta, TX), Life(b, s, beta, TT), Life(b, s, beta, mpf(0))
        A = alpha + TX
        J, Jrate, Jdrop = integrate(lambda u: last.lnf(u) - q * log1p(u / A), last, A, q / A, TT - TX,
            [lambda u: q / (A + u), lambda u: (s + 1) * b * exp(-b * TX) / (last.beta + expm1(b * u))]) if TT > TX else [mpf(0)] * 3
        alive = exp(last.lnS(TT - TX) - q * log1p((TT - TX) / A))
        ll = loggamma(q) - loggamma(r) + r * log(alpha) - q * log(A) + new.lnS(TX) + log(alive + J)
        pa = alive / (alive + J)
        B = alpha + TT
        per = q / B
        N = per * integrate(now.lnS, now, B, mpf(0), tt)
        Nnew = r / alpha * integrate(new.lnS, new, alpha, mpf(0), tt)
        pm = pmf(r, alpha, new, n, tt)
        cp = pa * pmf(q, B, now, n, tt) + (1 - pa if n == 0 else 0)
        d = mpf(delta)
        dec = pa * per * integrate(lambda u: now.lnS(u) - d * u, now, B, d, tt)
        dert = pa * per * integrate(lambda u: now.lnS(u) - d * u, now, B, d, None)
        rate = pa * per + Jrate / (alive + J)
        drop = pa * s * b * exp(-b * TT) / now.beta + Jdrop / (alive + J)
        values = [ll, pa, 1 - pa if J < alive else J / (alive + J), pa * N, Nnew, pa * exp(now.lnS(tt)), pm, cp, dec, dert, rate, drop]
        if J < alive:
            values[2] = J / (alive + J)
        rows.append(p + [x, tx, T, t, n, delta] + [float(v) for v in values])
        if len(rows) % 25 == 0:
            print(name, len(rows), flush=True)
    out["classes"][name] = rows

with open("ggompertz_truth.json", "w") as f:
    head = {k: v for k, v in out.items() if k != "classes"}
    text = json.dumps(head, indent=1)[:-2] + ',\n "classes": {\n'
    text += ",\n".join('  "%s": [\n   %s\n  ]' % (k, ",\n   ".join(json.dumps(r) for r in v)) for k, v in out["classes"].items())
    f.write(text + "\n }\n}\n")
