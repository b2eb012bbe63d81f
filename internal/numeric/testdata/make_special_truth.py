# Writes special_truth.json with mpmath 1.3.0 at 60 digits. Run it in its folder:
#     python3 make_special_truth.py
import json, random
from mpmath import mp, mpf, loggamma, psi, exp, log, log1p, beta
mp.dps = 60
rnd = random.Random(20260723)
lu = lambda lo, hi: float("%.9g" % 10 ** rnd.uniform(lo, hi))
f = lambda v: float(v)
gamma3, rising, tail, lbeta, exps, logs = [], [], [], [], [], []
for i in range(300):
    x = lu(-3, 8)
    gamma3.append([x, f(loggamma(mpf(x))), f(psi(0, mpf(x))), f(psi(1, mpf(x)))])
for i in range(500):
    z = lu(-8, 16) if i % 2 else lu(-3, 3)
    n = float(int(lu(0, 6))) if i % 3 else lu(-3, 5)
    Z, N = mpf(z), mpf(n)
    rising.append([z, n, f(loggamma(Z + N) - loggamma(Z)), f(psi(0, Z + N) - psi(0, Z)), f(psi(1, Z + N) - psi(1, Z))])
for i in range(300):
    a, b = lu(-3, 8), lu(-3, 8)
    lbeta.append([a, b, f(loggamma(mpf(a)) + loggamma(mpf(b)) - loggamma(mpf(a) + mpf(b)))])
for i in range(300):
    r = lu(-3, 4) if i % 2 else lu(-1, 2)
    n = int(lu(0, 3.5)) if i % 2 else int(lu(0, 2))
    odds = lu(-8, 8) if i % 4 == 1 else lu(-2, 2)
    R, O = mpf(r), mpf(odds)
    z, w = O / (1 + O), 1 / (1 + O)
    with mp.workdps(80):
        lp = loggamma(R + n) - loggamma(R) - loggamma(mpf(n + 1)) + R * log(w) + n * log(z)
        point = exp(lp)
    # 1 - head with digits to spare for what cancels
    with mp.workdps(max(80, int(-lp / log(10)) + 60)):
        term, head = (1 / (1 + mpf(odds))) ** mpf(r), mpf(0)
        zz = mpf(odds) / (1 + mpf(odds))
        for j in range(n):
            head += term
            term = term * (mpf(r) + j) / (j + 1) * zz
        v = 1 - head
    tail.append([n, r, odds, f(v), f(point)])
for i in range(300):
    x = rnd.uniform(-740, 709) if i % 2 else rnd.uniform(-2, 2)
    exps.append([x, f(exp(mpf(x)))])
    y = lu(-300, 300) if i % 2 else rnd.uniform(.3, 3)
    z = lu(-20, 20)
    logs.append([y, f(log(mpf(y))), z, f(log1p(mpf(z)))])
out = {"source": "make_special_truth.py, mpmath 1.3.0, 60 digits, rounded to 17",
       "gamma3": gamma3, "rising": rising, "log_beta": lbeta, "tail": tail, "exp": exps, "log": logs}
cols = {"gamma3": "x, ln Gamma, digamma, trigamma", "rising": "z, n, value, first, second derivative in z",
        "log_beta": "a, b, value", "tail": "n, r, odds, P(N>=n), P(N=n)", "exp": "x, e^x", "log": "x, ln x, y, ln(1+y)"}
with open("special_truth.json", "w") as file:
    file.write('{\n "source": %s,\n "columns": %s' % (json.dumps(out["source"]), json.dumps(cols)))
    for k in cols:
        file.write(',\n "%s": [\n  %s\n ]' % (k, ",\n  ".join(json.dumps(r) for r in out[k])))
    file.write("\n}\n")
