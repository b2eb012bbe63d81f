# Writes bdw_truth.json: beta-discrete-Weibull quantities at random points, computed with
# mpmath 1.3.0 (60 digits). Run it in its folder:
#     python3 make_bdw_truth.py
# S(t) = B(alpha, beta+t^c)/B(alpha, beta) by log gamma. Retention is S(t)/S(t-1), leaving
# S(t-1)-S(t). DERL is the sum of S(n+k)/S(n) v^(k-1), added term by term until the rest is
# below 1e-25 of it. Lifetimes are sums without discount: terms and, by the midpoint
# Euler-Maclaurin formula, the integral of what follows, with 150 and with 400 terms,
# which must agree to 1e-15.
import json, random
from mpmath import mp, mpf, loggamma, exp, log, quad, inf, diff

rnd = random.Random(20261123)
mp.dps = 60

def draw(low, high):
    return float("%.9g" % exp(log(mpf(low)) + (log(mpf(high)) - log(mpf(low))) * rnd.random()))

def survival(a, b, c, t):
    u = mpf(t) ** c if t else mpf(0)
    if u > mpf(10) ** 40:  # the leading term of Stirling's formula, which differs by less than 1e-30
        return exp(loggamma(a + b) - loggamma(b) - a * log(u))
    with mp.workdps(max(90, mp.dps + 30)):
        return exp(loggamma(b + u) + loggamma(a + b) - loggamma(b) - loggamma(a + b + u))

def derl(a, b, c, n, rate):
    total, k, v, start = mpf(0), 1, mpf(1), survival(a, b, c, n)
    while True:
        term = survival(a, b, c, n + k) / start * v
        total += term
        if term / mpf(rate) < total * mpf(10) ** -25:
            return total
        v, k = v / (1 + mpf(rate)), k + 1

def lifetime(a, b, c):
    # direct terms, then midpoint Euler-Maclaurin from N - 1/2
    def f(t):
        return survival(a, b, c, t)
    with mp.workdps(30):
        def upto(N):
            head = sum(f(t) for t in range(1, N))
            x = mpf(N) - mpf(1) / 2
            edges = [log(x)] + [log(x) + i for i in range(1, 40)] + [log(x) + 40 * 2 ** i for i in range(5)]
            tail = quad(lambda y: f(exp(y)) * exp(y), edges + [inf])
            return head + tail + diff(f, x) / 24 - 7 * diff(f, x, 3) / 5760 + 31 * diff(f, x, 5) / 967680
        low, high = upto(150), upto(400)
        assert abs(low - high) < abs(high) * mpf(10) ** -15, (a, b, c, low, high)
        return high

def text(x):
    return float(mp.nstr(x, 17))

curve, value, life = [], [], []
for i in range(120):
    wide = i % 3 == 0
    a, b = (draw(1e-3, 1e3), draw(1e-3, 1e3)) if wide else (draw(.1, 5), draw(.2, 20))
    c = 1.0 if i % 12 == 5 else draw(.2, 4)
    t = rnd.choice([1, 2, 3, 7, 12, 60, 1000])
    s = survival(a, b, c, t)
    before = survival(a, b, c, t - 1)
    curve.append([a, b, c, t, text(s), text(s / before), text(before - s)])
for i in range(24):
    a, b, c = draw(.2, 5), draw(.2, 20), draw(.4, 2)
    n, rate = rnd.choice([0, 1, 5, 24]), draw(.02, .3)
    value.append([a, b, c, n, rate, text(derl(a, b, c, n, rate))])
for i in range(8):
    c = draw(.5, 2)
    a, b = draw(1.3, 6) / c, draw(.5, 20)
    life.append([a, b, c, text(lifetime(a, b, c))])

with open("bdw_truth.json", "w") as f:
    f.write('{\n "source": "make_bdw_truth.py, mpmath 1.3.0, 60 digits, rounded to 17",\n')
    f.write(' "columns": {"curve": "alpha, beta, c, t, survival, retention, leaving", "value": "alpha, beta, c, renewals, discount, DERL before renewal", "life": "alpha, beta, c, residual lifetime of a new customer"},\n')
    for name, data, end in (("curve", curve, ","), ("value", value, ","), ("life", life, "")):
        f.write(' "%s": [\n' % name + ",\n".join("  " + json.dumps(r) for r in data) + "\n ]%s\n" % end)
    f.write("}\n")
