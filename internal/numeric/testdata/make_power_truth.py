# Writes power_truth.json: logarithms of ratios of rising factorials and sums of
# powers of beta variables at random points, computed with mpmath 1.3.0 (80
# digits, differences of log gamma with 120). Run it in its folder:
#     python3 make_power_truth.py
# Finite sums are added term by term, and infinite ones for delta of .003 or more;
# those of smaller delta are integrals over the beta distribution (30 digits).
import json, random
from mpmath import mp, mpf, loggamma, quad, exp, expm1, log, log1p

rnd = random.Random(20261122)
mp.dps = 80

def draw(low, high):
    return float("%.9g" % exp(log(mpf(low)) + (log(mpf(high)) - log(mpf(low))) * rnd.random()))

def ratio(z, a, n):
    with mp.workdps(120):
        z, a, n = mpf(z), mpf(a), mpf(n)
        return loggamma(z + a + n) + loggamma(z) - loggamma(z + a) - loggamma(z + n)

def finite(a, b, delta, n):
    a, b, v = mpf(a), mpf(b), exp(-mpf(delta))
    term, total = mpf(1), mpf(0)
    for k in range(n):
        term *= v * (b + k) / (a + b + k)
        total += term
    return total

def endless(a, b, delta):
    a, b, delta = mpf(a), mpf(b), mpf(delta)
    if delta == 0:
        return b / (a - 1)
    if delta >= 0.003:
        with mp.workdps(40):
            v, k, term, total = exp(-delta), 0, mpf(1), mpf(0)
            while True:
                term *= v * (b + k) / (a + b + k)
                total += term
                k += 1
                if term < total * delta * mpf(10) ** -30:
                    return total
    with mp.workdps(30):
        # E[vq/(1-vq)] over y = logit(1-q), split where the integrand turns
        def over(f):
            return quad(lambda y: f(1 / (1 + exp(-y))) * exp(-a * log1p(exp(-y)) - b * log1p(exp(y))),
                        [-400 / a - 60, -60, log(delta), log(a / b) - 2, log(a / b), log(a / b) + 2, 400 / b + 60])
        v, keep = exp(-delta), -expm1(-delta)
        return over(lambda p: v * (1 - p) / (keep + v * p)) / over(lambda p: mpf(1))

def text(x):
    return float(mp.nstr(x, 17))

rows, sums = [], []
for i in range(400):
    z = draw(1e-8, 1e10) if i % 2 else draw(1e-2, 1e4)
    a, n = draw(1e-6, 1e6), draw(1e-6, 1e6)
    if i % 4 == 0:
        n = float(rnd.choice([1, 2, 5, 12, 13, 60, 365, 100000]))
    if i % 7 == 0:
        a = float(rnd.choice([1, 3, 12, 20]))
    rows.append([z, a, n, text(ratio(z, a, n))])
for i in range(100):
    a, b = (draw(1e-6, 1e6), draw(1e-6, 1e8)) if i % 2 else (draw(.05, 20), draw(.05, 50))
    if i % 10 == 0:
        a = 1.0
    n = rnd.choice([1, 2, 6, 52, 365, 2000])
    delta = rnd.choice([0.0, draw(1e-6, 2), -draw(1e-6, 1e-2)])
    sums.append([a, b, delta, n, text(finite(a, b, delta, n))])
for i in range(90):
    a, b = (draw(1e-6, 1e6), draw(1e-6, 1e8)) if i % 2 else (draw(.05, 20), draw(.05, 50))
    delta = draw(3e-3, 3) if i % 3 else 0.0
    if delta == 0 and a <= 1:
        a = 1 + a
    sums.append([a, b, delta, -1, text(endless(a, b, delta))])
for i in range(20):
    a, b, delta = draw(.05, 20), draw(.05, 50), draw(1e-9, 3e-3)
    sums.append([a, b, delta, -1, text(endless(a, b, delta))])

with open("power_truth.json", "w") as f:
    f.write('{\n "source": "make_power_truth.py, mpmath 1.3.0, 80 digits, rounded to 17",\n')
    f.write(' "columns": {"ratio": "z, a, n, ln (z+a)_n/(z)_n", "sums": "a, b, delta, n (-1: infinite), value"},\n')
    for name, data, end in (("ratio", rows, ","), ("sums", sums, "")):
        f.write(' "%s": [\n' % name + ",\n".join("  " + json.dumps(r) for r in data) + "\n ]%s\n" % end)
    f.write("}\n")
