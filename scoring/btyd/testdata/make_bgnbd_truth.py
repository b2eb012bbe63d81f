# Writes bgnbd_truth.json: BG/NBD quantities at random points, computed with
# mpmath 1.3.0 (60 digits, cancelling differences with more). Run it in its folder:
#     python3 make_bgnbd_truth.py
# Given the posterior of a customer who is alive (rate ~ Gamma(r+x, alpha+T),
# dropout probability p ~ Beta(a, b+x)), tau = t/(alpha+T), s = r+x, c = a+b+x-1:
#   alive expectation  N(t) = E[(1-(1+p tau)^-s)/p] = c/(a-1) (1 - 2F1(s, a-1; c; -tau))
#   density of N       N'(t) = s/(alpha+T) 2F1(s+1, a; a+b+x; -tau)
#   survival           S(t) = 2F1(s, a; a+b+x; -tau)
# The expectation is computed at two working precisions which must agree to 25
# digits; every eighth value is checked against direct quadrature over p.
import json, random, signal
from mpmath import mp, mpf, hyp2f1, loggamma, log, log1p, exp, expm1, quad, beta, inf

rnd = random.Random(20260722)

class TooSlow(Exception):
    pass

def on_alarm(*_):
    raise TooSlow("too slow")

signal.signal(signal.SIGALRM, on_alarm)
mp.dps = 60

def alive_expectation(s, a, b, tau):
    def at(dps):
        with mp.workdps(dps):
            c = a + b - 1
            if c == 0 or a == 1:
                # removable: symmetric perturbation, error of order h^2
                h = mpf(10) ** (-dps // 4)
                f = lambda h: (c + h) / (a + h - 1) * (1 - hyp2f1(s, a + h - 1, c + h, -tau, maxterms=10**6))
                return (f(h) + f(-h)) / 2
            return c / (a - 1) * (1 - hyp2f1(s, a - 1, c, -tau, maxterms=10**6))
    lo, hi = at(110), at(170)
    assert abs(lo - hi) <= abs(hi) * mpf(10) ** -20, (s, a, b, tau, lo, hi)
    return hi

def survival(s, a, b, tau):
    with mp.workdps(110):
        lo = hyp2f1(s, a, a + b, -tau, maxterms=10**6)
    with mp.workdps(170):
        hi = hyp2f1(s, a, a + b, -tau, maxterms=10**6)
    assert abs(lo - hi) <= abs(hi) * mpf(10) ** -20, ("survival", s, a, b, tau, lo, hi)
    return hi

def by_quadrature(s, a, b, tau):
    # over y = logit p, split where the integrand turns
    y0 = log(a / b)
    def weight(y):
        p = 1 / (1 + exp(-y)); q = 1 / (1 + exp(y))
        return p ** a * q ** b, p
    def num(y):
        w, p = weight(y)
        return w * (-expm1(-s * log1p(p * tau))) / p
    cuts = [-400 / a if a < 1 else y0 - 200, y0 - 60, y0 - 10, y0, y0 + 10, y0 + 60, y0 + 60 + 400 / b]
    turn = -log(s * tau + tau)
    width = (1 / a + 1 / b) ** mpf(.5)
    near = [y0 + k * width for k in (-20, -7, -3, 3, 7, 20)]
    cuts = sorted(set(cuts + near + [turn - 10, turn, turn + 10]))
    with mp.workdps(30):
        return quad(num, cuts) / beta(a, b)

def pmf(r, alpha, a, b, n, t):
    z, w = t / (alpha + t), alpha / (alpha + t)
    def lr(z0, n):
        return loggamma(z0 + n) - loggamma(z0)
    v = exp(lr(b, n) - lr(a + b, n) + lr(r, n) - lr(mpf(1), n)) * w ** r * z ** n
    if n > 0:
        with mp.workdps(500):
            zz, ww = t / (alpha + t), alpha / (alpha + t)
            term, head = ww ** r, mpf(0)
            for j in range(n):
                head += term
                term = term * (r + j) / (j + 1) * zz
            tail = 1 - head
        v += beta(a + 1, b + n - 1) / beta(a, b) * tail
    return v

def discounted(s, a, b, alpha, delta, H):
    def f(u):
        with mp.workdps(80):
            return s / alpha * hyp2f1(s + 1, a, a + b, -u / alpha, maxterms=10**6) * exp(-delta * u)
    scale = alpha / s
    ends = [mpf(0)]
    step = scale / 16
    top = H if H is not None else 60 / delta
    while step < top:
        ends.append(step); step *= 2
    ends.append(top)
    with mp.workdps(25):
        return quad(f, ends, maxdegree=9)

def lu(lo, hi):
    return float(10 ** rnd.uniform(lo, hi))

def sig(v):
    return float("%.6g" % v)

def typical():
    return [sig(rnd.uniform(.05, 5)), sig(rnd.uniform(1, 50)), sig(rnd.uniform(.2, 5)), sig(rnd.uniform(.5, 20))], rnd.randrange(100), sig(rnd.uniform(1, 200)), sig(rnd.uniform(.1, 200))

def extreme():
    x = 0 if rnd.random() < .15 else int(lu(0, 4))
    return [sig(lu(-3, 3)) for _ in range(4)], x, sig(lu(-2, 5)), sig(lu(-2, 5))

def near_one():
    p, x, T, t = typical() if rnd.random() < .5 else extreme()
    p[2] = 1 + rnd.choice([-1, 1]) * lu(-12, -.01)
    return p, x, T, t

def no_repeat():
    p, _, T, t = extreme()
    a, b = lu(-3, 0), lu(-3, 0)
    while a + b > 1:
        a, b = lu(-3, 0), lu(-3, 0)
    a, b = sig(a), sig(b)
    k = rnd.random()
    if k < .1:
        b = 1 - a          # a + b = 1, the removable pole of the textbook formula
    elif k < .2:
        b = 1 - a + lu(-12, -3)
    p[2], p[3] = a, b
    return p, 0, T, t

out = {
    "source": "make_bgnbd_truth.py, mpmath 1.3.0, 60 digits or more, rounded to 17 digits",
    "columns": ["r", "alpha", "a", "b", "x", "t_x", "T", "t", "n", "delta", "loglik", "p_alive", "expected", "expected_new", "p_alive_at", "pmf", "conditional_pmf", "discounted", "discounted_infinite"],
    "note": "expected, p_alive_at, conditional_pmf, discounted are given the history; pmf and expected_new are those of a new customer; discounted runs to t, both at delta per period; null where not computed",
    "classes": {},
}
for name, draw, count in [("typical", typical, 200), ("extreme", extreme, 400), ("a_near_1", near_one, 250), ("x0_a_plus_b_below_1", no_repeat, 250)]:
    rows = []
    while len(rows) < count:
        p, x, T, t = draw()
        i = len(rows)
        tx = 0.0
        if x > 0:
            # half of the customers are lively, so that P(alive) is not always about 0
            tx = T * (1 - rnd.random() / (1 + x)) if rnd.random() < .6 else T * rnd.uniform(.01, 1)
            tx = min(T, tx)
        n = rnd.choice([0, 1, 2, 3, 5, 10, 40, 200])
        delta = lu(-4, -.5)
        r, alpha, a, b = map(mpf, p)
        X, TX, TT, tt = mpf(x), mpf(tx), mpf(T), mpf(t)
        s, A, B = r + X, alpha + TT, b + X
        ll = loggamma(r + X) - loggamma(r) + r * log(alpha) + loggamma(B) - loggamma(b) + loggamma(a + b) - loggamma(a + B) - s * log(A)
        odds = a / (B - 1) * (A / (alpha + TX)) ** s if x > 0 else mpf(0)
        ll += log1p(odds)
        alive = 1 / (1 + odds)
        dec = dert = None
        try:
            signal.alarm(8)
            N = alive_expectation(s, a, B, tt / A)
            if i % 8 == 0:
                q = by_quadrature(s, a, B, tt / A)
                if abs(q - N) > abs(N) * mpf(10) ** -12:
                    print("quadrature disagrees", name, p, x, T, t, N, q)
            new = alive_expectation(r, a, b, tt / alpha)
            surv = survival(s, a, B, tt / A)
            pm = pmf(r, alpha, a, b, n, tt)
            cp = alive * pmf(s, A, a, B, n, tt) + ((1 - alive) if n == 0 else 0)
            signal.alarm(0)
        except (AssertionError, mp.NoConvergence, ValueError, TooSlow) as e:
            signal.alarm(0)
            print("redrawn", name, p, x, T, t, str(e)[:80])
            continue
        if i % 5 == 0:
            try:
                signal.alarm(15)
                dec = alive * discounted(s, a, B, A, mpf(delta), tt)
                dert = alive * discounted(s, a, B, A, mpf(delta), None)
            except (mp.NoConvergence, ValueError, TooSlow) as e:
                dec = dert = None
                print("no discounted", name, p, x, T, t, str(e)[:80], flush=True)
            signal.alarm(0)
        g = lambda v: None if v is None else float(v)
        rows.append(p + [x, tx, T, t, n, delta] + [g(v) for v in (ll, alive, alive * N, new, alive * surv, pm, cp, dec, dert)])
    out["classes"][name] = rows
    print(name, len(rows), flush=True)

with open("bgnbd_truth.json", "w") as f:
    head = {k: v for k, v in out.items() if k != "classes"}
    text = json.dumps(head, indent=1)[:-2] + ',\n "classes": {\n'
    text += ",\n".join('  "%s": [\n   %s\n  ]' % (k, ",\n   ".join(json.dumps(r) for r in v)) for k, v in out["classes"].items())
    f.write(text + "\n }\n}\n")
