# Writes paretonbd_truth.json: Pareto/NBD quantities at random points, computed with
# mpmath 1.3.0 at 40 digits. Run it in its folder:
#     python3 make_paretonbd_truth.py
# Everything is the mean over the time y at which a customer leaves, whose density is
# s beta^s/(beta+y)^(s+1), of the quantity given y (Schmittlein, Morrison and Colombo
# 1987); rates are integrated out in closed form given y. With R = r+x, A = alpha+T,
# B = beta+T for a customer who is alive:
#   odds of having left  O = int_tx^T s (A/(alpha+y))^R (B/(beta+y))^s dy/(beta+y)
#   ln L  = ln (r)_x + r ln alpha + s ln beta - R ln A - s ln B + ln(1+O)
#   E[Y(t)] = R/A int_0^t (B/(B+y))^s dy,   E[Y(Y-1)] = R(R+1)/A^2 int_0^t 2y (B/(B+y))^s dy
#   P(Y=n) = NB(n; R, A, t) (B/(B+t))^s + int_0^t NB(n; R, A, y) s B^s/(B+y)^(s+1) dy
#   DECT  = R/A int_0^t e^(-delta y) (B/(B+y))^s dy
# Each integral runs over u = ln(m+y), m the smaller of the two scales, in panels no
# wider than 1.5 over which the integrand changes by at most e^14, 40-point Gauss-Legendre
# each; every tenth odds is checked against mpmath's own hyp2f1 and every tenth pmf
# with other panels.
import json, random, time
from mpmath import mp, mpf, loggamma, log, log1p, exp, expm1, hyp2f1

mp.dps = 40
rnd = random.Random(20260801)

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

def integral(h, lo, hi, weights=(None,), widest=mpf(3) / 2):
    """Integrals of e^h(u) w(u) over [lo, hi], h concave, for all w."""
    a, b = lo, hi
    for _ in range(40):              # the mode, by ternary search
        c, d = a + (b - a) / 3, b - (b - a) / 3
        if h(c) < h(d): a = c
        else: b = d
    mode = (a + b) / 2
    if h(lo) >= h(mode): mode = lo
    if h(hi) >= h(mode): mode = hi
    top = h(mode)
    sums = [mpf(0)] * len(weights)
    for sign, end in ((1, hi), (-1, lo)):
        at, left = mode, (end - mode) * sign
        while left > 0 and h(at) > top - 85:
            w = min(widest, left)
            while abs(h(at + sign * w) - h(at)) > 14:
                w /= 2
            for x, g in NODES:
                u = at + sign * w * (1 + x) / 2
                v = exp(h(u) - top) * g * w / 2
                for i, f in enumerate(weights):
                    sums[i] += v if f is None else v * f(u)
            at += sign * w
            left -= w
    return top, sums

def log_odds(r, alpha, s, beta, x, tx, T):
    if tx == T:
        return None, None, None
    R, m = r + x, min(alpha, beta)
    lo, hi = log(m + tx), log(m + T)
    yy = lambda u: exp(u) - m
    h = lambda u: -R * log((alpha + yy(u)) / (alpha + tx)) - (s + 1) * log((beta + yy(u)) / (beta + tx)) + u
    top, (one, rate, gone) = integral(h, lo, hi, (None, lambda u: R / (alpha + yy(u)), lambda u: (s + 1) / (beta + yy(u))))
    lead = R * log((alpha + T) / (alpha + tx)) + s * log((beta + T) / (beta + tx)) + log(s / (beta + tx))
    return lead + top + log(one), rate / one, gone / one

def log_odds_by_series(r, alpha, s, beta, x, tx, T):
    def phi(t):
        n, R, k = r + x + s, r + x, (beta + t) / (alpha + t)
        if k <= 1:
            return s / n * hyp2f1(1, R, n + 1, 1 - k, maxterms=10**6)
        return s / (n * k) * hyp2f1(1, s + 1, n + 1, 1 - 1 / k, maxterms=10**6)
    with mp.workdps(100):
        rho = ((alpha + T) / (alpha + tx)) ** (r + x) * ((beta + T) / (beta + tx)) ** s
        return log(rho * phi(tx) - phi(T))

def nb(n, R, A, y):
    return loggamma(R + n) - loggamma(R) - loggamma(mpf(n + 1)) - R * log1p(y / A) - (n * log1p(A / y) if n else 0)

def pmf(R, A, s, B, n, t, widest=mpf(3) / 2):
    m = min(A, B)
    def h(u):
        y = exp(u) - m
        if y <= 0:
            return mpf(-10) ** 9 if n else log(s / B) + u
        return nb(n, R, A, y) + log(s / B) - (s + 1) * log1p(y / B) + u
    top, (v,) = integral(h, log(m), log(m + t), (None,), widest)
    return exp(nb(n, R, A, t) - s * log1p(t / B)) + exp(top) * v

def powers(s, B, t, delta, times):
    """int_0^t e^(-delta y) (2y)^times (B/(B+y))^s dy."""
    hi = t if t is not None else 160 / delta
    def h(u):
        y = exp(u) - B
        if times and y <= 0:
            return mpf(-10) ** 9
        return -delta * y - s * log1p(y / B) + u + (log(2 * y) if times else 0)
    top, (v,) = integral(h, log(B), log(B + hi))
    return exp(top) * v

def lu(lo, hi):
    return float(10 ** rnd.uniform(lo, hi))

def sig(v):
    return float("%.6g" % v)

def typical():
    return [sig(rnd.uniform(.05, 5)), sig(rnd.uniform(1, 50)), sig(rnd.uniform(.05, 5)), sig(rnd.uniform(1, 50))], rnd.randrange(100), sig(rnd.uniform(1, 200)), sig(rnd.uniform(.1, 200))

def extreme():
    x = 0 if rnd.random() < .15 else int(lu(0, 4))
    p = [sig(lu(-3, 3)) for _ in range(4)]
    k = rnd.random()
    if k < .1: p[2] = 1 + rnd.choice([-1, 0, 1]) * lu(-12, -1)
    elif k < .15: p[2] = 2.0
    elif k < .2: p[3] = p[1]
    return p, x, sig(lu(-2, 5)), sig(lu(-2, 5))

columns = ["r", "alpha", "s", "beta", "x", "t_x", "T", "t", "n", "delta", "loglik", "log_odds", "p_alive", "expected", "expected_new", "p_alive_at",
           "pmf", "conditional_pmf", "pairs", "rate", "dropout", "discounted", "discounted_infinite"]
note = ("log_odds is ln P(dead)/P(alive), null if the customer cannot have left; expected, p_alive_at, conditional_pmf, discounted are given the history, pairs is E[Y(Y-1)] given alive; "
        "pmf and expected_new are those of a new customer; rate and dropout are the posterior means of lambda and mu; discounted runs to t, both at delta per period")
classes = {}
for name, draw, count in [("typical", typical, 150), ("extreme", extreme, 250)]:
    rows = []
    for i in range(count):
        p, x, T, t = draw()
        tx = 0.0
        if x > 0:
            tx = T * (1 - rnd.random() / (1 + x)) if rnd.random() < .6 else T * rnd.uniform(.01, 1)
            if rnd.random() < .1: tx = T * (1 - lu(-9, -3))
            if rnd.random() < .05: tx = T
            tx = min(T, tx)
        n = rnd.choice([0, 1, 2, 3, 5, 10, 40, 200] if i % 10 else [1000, 10000])
        delta = lu(-8, 0) if name == "extreme" else lu(-4, -.5)
        r, alpha, s, beta = map(mpf, p)
        X, TX, TT, tt = mpf(x), mpf(tx), mpf(T), mpf(t)
        R, A, B = r + X, alpha + TT, beta + TT
        lo, rate, gone = log_odds(r, alpha, s, beta, X, TX, TT)
        if i % 10 == 0 and lo is not None:
            try:
                other = log_odds_by_series(r, alpha, s, beta, X, TX, TT)
                if abs(other - lo) > mpf(10) ** -25 * (1 + abs(lo)): print("series disagrees", name, p, x, tx, T, lo, other)
            except (mp.NoConvergence, ValueError) as e:
                print("no series", p, x, tx, T, str(e)[:60])
        odds = mpf(0) if lo is None else exp(lo)
        alive = 1 / (1 + odds)
        ll = loggamma(R) - loggamma(r) + r * log(alpha) + s * log(beta) - R * log(A) - s * log(B) + log1p(odds)
        survive = exp(-s * log1p(tt / B))
        # exact antiderivative, with digits to spare for what cancels
        with mp.workdps(120):
            if s == 1:
                life, new = B * log1p(tt / B), beta * log1p(tt / beta)
            else:
                life, new = B * -expm1(-(s - 1) * log1p(tt / B)) / (s - 1), beta * -expm1(-(s - 1) * log1p(tt / beta)) / (s - 1)
        pm = pmf(r, alpha, s, beta, n, tt)
        cp = alive * pmf(R, A, s, B, n, tt) + (1 - alive if n == 0 else 0)
        if i % 10 == 1:
            q = pmf(r, alpha, s, beta, n, tt, mpf(1) / 2)
            if abs(q - pm) > abs(pm) * mpf(10) ** -25: print("pmf disagrees", p, n, t, pm, q)
        pairs = R * (R + 1) / A ** 2 * powers(s, B, tt, mpf(0), 1)
        lam = alive * R / A + ((1 - alive) * rate if lo is not None else 0)
        mu = alive * s / B + ((1 - alive) * gone if lo is not None else 0)
        d = mpf(delta)
        dec = alive * R / A * powers(s, B, tt, d, 0)
        dert = alive * R / A * powers(s, B, None, d, 0)
        rows.append(p + [x, tx, T, t, n, delta] + [None if v is None else float(v) for v in (ll, lo, alive, alive * R / A * life, r / alpha * new, alive * survive, pm, cp, pairs, lam, mu, dec, dert)])
        if i % 20 == 0: print(name, i, round(time.process_time()), flush=True)
    classes[name] = rows

with open("paretonbd_truth.json", "w") as f:
    head = {"source": "make_paretonbd_truth.py, mpmath 1.3.0, 40 digits, rounded to 17", "columns": columns, "note": note}
    text = json.dumps(head, indent=1)[:-2] + ',\n "classes": {\n'
    text += ",\n".join('  "%s": [\n   %s\n  ]' % (k, ",\n   ".join(json.dumps(r) for r in v)) for k, v in classes.items())
    f.write(text + "\n }\n}\n")
