# Writes cnbd_truth.json: quantities of the BG/CNBD-k and MBG/CNBD-k models (k = 1 is
# the BG/NBD and the MBG/NBD) at random points, computed with mpmath 1.3.0. Run it in
# its folder:
#     python3 make_cnbd_truth.py
# y = x + first choices to leave, m = r + kx, w = T - t_x, A = alpha + T, p ~ Beta(a, b+y):
#   L(alive) ~ sum over j < k of (m)_j (w/A)^j / j!      (relative to (A)^-m)
#   L(dead)  ~ a/(b+y-1) (A/(alpha+t_x))^m               (y > 0)
# Given alive and j hidden events since the last purchase, lambda ~ Gamma(m+j, A), the
# events N of the next t are negative binomial and M = floor((j+N)/k).
# Expectations are sums over N (60 digits) or, where these are longer than `longest`,
# integrals over p of (1 - E[(1-p)^M])/p with the generating function of M at the k-th
# roots of unity (60 digits, quadrature over the log-odds of p). Both ways are compared
# where both can be done, and every eighth sum with a quadrature over lambda of
# sums over Poisson tails. The discounted expectation over an infinite horizon is the integral over lambda of
# rho^(k-j) 2F1(1, b+y; a+b+y; rho^k), rho = lambda/(lambda+delta); over a finite one
# it is integrated by parts over time.
import json, random, signal, sys
from mpmath import mp, mpf, mpc, hyp2f1, loggamma, log, log1p, exp, expm1, quad, beta, sqrt

mp.dps = 60
rnd = random.Random(20261122)
longest = 5000

class TooSlow(Exception):
    pass

def on_alarm(*_):
    raise TooSlow("too slow")

signal.signal(signal.SIGALRM, on_alarm)

def rising(z, n):
    return loggamma(z + n) - loggamma(z)

def sure(result):
    value, error = result
    if error > mpf(10) ** -16 * abs(value):
        raise TooSlow("quadrature")
    return value

class Future:
    """what a customer does who is alive"""
    def __init__(self, k, m, A, u, a, b):
        self.k, self.m, self.A, self.u, self.a, self.b = k, m, A, u, a, b
        self.sum, self.w = self.phases()
    def phases(self):
        w, t = [], mpf(1)
        for j in range(self.k):
            w.append(t)
            t *= (self.m + j) * self.u / (j + 1)
        s = sum(w)
        return s, [v / s for v in w]
    def reach(self, t):
        tau, s = t / self.A, self.m + self.k
        return s * tau + 15 * sqrt(s * tau * (1 + tau)) + 100 * (1 + tau)
    def sums(self, t, upto=None):
        """E[Y], P(alive), E[Y(Y-1)] and the list of P(M = n)"""
        tau = t / self.A
        z = tau / (1 + tau)
        counts = {}
        for j, w in enumerate(self.w):
            if w == 0:
                continue
            s = self.m + j
            p, N, mode = w * exp(-s * log1p(tau)), 0, s * tau
            while True:
                M = (N + j) // self.k
                counts[M] = counts.get(M, 0) + p
                N += 1
                p *= (s + N - 1) / N * z
                if N > mode and N > 2 * self.k and p < mpf(10) ** -75 and p * N * N < mpf(10) ** -50 * counts.get(2, 0):
                    break
                if N > 200 * longest:
                    raise TooSlow("sum")
        e = alive = pairs = mpf(0)
        stay, c, d = mpf(1), mpf(0), mpf(0)
        for n in range(max(counts) + 1):
            v = counts.get(n, 0)
            e += v * c; alive += v * stay; pairs += v * d
            c += stay; d += 2 * n * stay
            stay *= (self.b + n) / (self.a + self.b + n)
        return e, alive, pairs, counts
    def heads(self, t):
        """P(M = n) for n < 30"""
        tau, out = t / self.A, [mpf(0)] * 30
        for j, w in enumerate(self.w):
            s = self.m + j
            p = w * exp(-s * log1p(tau))
            for N in range(30 * self.k - j):
                out[(N + j) // self.k] += p
                p *= (s + N) / (N + 1) * tau / (1 + tau)
        return out
    def given(self, p, q, t, heads):
        """E[q^M]"""
        if q < 0.01:
            return sum(v * q ** n for n, v in enumerate(heads))
        k, tau = self.k, t / self.A
        z = q ** (mpf(1) / k)
        total = mpf(0)
        for l in range(k):
            zw = z * mp.expjpi(mpf(2) * l / k) if l else z
            c = -p / q / k / (zw - 1)
            for j, w in enumerate(self.w):
                if w:
                    total += (c * w * zw ** (j + 1) * (1 + tau * (1 - zw)) ** -(self.m + j)).real
        return total
    def over_p(self, f, t):
        a, b = self.a, self.b
        y0, width = log(a / b), sqrt(1 / a + 1 / b)
        turn = -log((self.m + self.k) * t / self.A / self.k + t / self.A)
        cuts = [y0 + k * width for k in (-20, -7, -3, 0, 3, 7, 20)] + [turn - 10, turn, turn + 10]
        cuts += [min(-400 / a, y0 - 60 * width) if a < 1 else y0 - 200, y0 + 60 * width + (100 / b if b < 1 else 0)]
        cuts = sorted(set(cuts))
        def num(y):
            p = 1 / (1 + exp(-y)); q = 1 / (1 + exp(y))
            return p ** a * q ** b * f(p, q)
        with mp.workdps(40):
            return sure(quad(num, cuts, error=True)) / beta(a, b)
    def wide(self, t):
        heads = self.heads(t)
        def one(p, q):
            with mp.workdps(200):
                p = min(p, 1 - q) if p > 0.5 else p
                return (1 - self.given(p, q if p > 0.5 else 1 - p, t, heads)) / p
        def live(p, q):
            with mp.workdps(200):
                return self.given(p, q if p > 0.5 else 1 - p, t, heads)
        return self.over_p(one, t), self.over_p(live, t)
    def expected(self, t):
        if self.reach(t) <= longest:
            return self.sums(t)[:2]
        return self.wide(t)
    def over_rate(self, f):
        """E[f(j, lambda)]"""
        total = mpf(0)
        for j, w in enumerate(self.w):
            if w < mpf(10) ** -60:
                continue
            s = self.m + j
            # v = ln lambda
            c, width = log(s / self.A), 1 / sqrt(s) + 1 / s
            g = lambda v: exp(s * v - self.A * exp(v) + s * log(self.A) - loggamma(s)) * f(j, exp(v))
            cuts = [c - 12 * width - 60 / s] + [c + k / sqrt(s) for k in (-9, -6, -3, -1.5, 0, 1.5, 3)] + [c + log(1 + 12 / sqrt(s) + 150 / s)]
            total += w * sure(quad(g, sorted(cuts), error=True))
        return total
    def by_rate(self, t):
        def f(j, lam):
            mean, e, stay = lam * t, mpf(0), mpf(1)
            below, term, N = mpf(0), exp(-lam * t), 0
            for n in range(1, 10000):
                while N < n * self.k - j:
                    below += term
                    N += 1
                    term *= mean / N
                e += stay * (1 - below)
                stay *= (self.b + n - 1) / (self.a + self.b + n - 1)
                if (1 - below) * stay < mpf(10) ** -25 * e:
                    return e
            raise TooSlow("rate")
        with mp.workdps(30):
            return self.over_rate(f)
    def forever(self, delta):
        def f(j, lam):
            rho = lam / (lam + delta)
            return rho ** (self.k - j) * hyp2f1(1, self.b, self.a + self.b, rho ** self.k)
        with mp.workdps(25):
            return self.over_rate(f)
    def until(self, delta, end):
        with mp.workdps(22):
            cuts, s = [mpf(0)], min(end, self.A / 4)
            while s < end:
                cuts.append(s)
                s *= 4
            cuts.append(end)
            return quad(lambda s: delta * exp(-delta * s) * self.expected(s)[0], cuts, maxdegree=5) + exp(-delta * end) * self.expected(end)[0]
    def pmf(self, n, t):
        """P(Y = n)"""
        k = self.k
        point = head = mpf(0)
        with mp.workdps(400):
            tau = t / self.A
            z = tau / (1 + tau)
            for j, w in enumerate(self.phases()[1]):
                s = self.m + j
                p = w * exp(-s * log1p(tau))
                for N in range((n + 1) * k - j):
                    if N >= n * k - j:
                        point += p
                    else:
                        head += p
                    p *= (s + N) / (N + 1) * z
            tail = 1 - head
        v = exp(rising(self.b, n) - rising(self.a + self.b, n)) * point
        if n > 0:
            v += exp(rising(self.b, n - 1) - rising(self.a + self.b, n - 1)) * self.a / (self.a + self.b + n - 1) * tail
        return v

def lu(lo, hi):
    return float(10 ** rnd.uniform(lo, hi))

def sig(v):
    return float("%.6g" % v)

def typical():
    return [sig(rnd.uniform(.05, 5)), sig(rnd.uniform(.3, 50)), sig(rnd.uniform(.2, 5)), sig(rnd.uniform(.5, 20))], rnd.randrange(60), sig(rnd.uniform(1, 200)), sig(rnd.uniform(.1, 200))

def extreme():
    x = 0 if rnd.random() < .15 else int(lu(0, 4))
    return [sig(lu(-3, 3)) for _ in range(4)], x, sig(lu(-2, 5)), sig(lu(-2, 5))

columns = ["first", "k", "r", "alpha", "a", "b", "x", "t_x", "T", "sum_log_interval", "t", "n", "delta", "loglik", "p_alive", "expected", "expected_new", "p_alive_at", "pairs", "pmf", "conditional_pmf", "rate", "dropout", "discounted", "discounted_infinite"]
out = {
    "source": "make_cnbd_truth.py, mpmath 1.3.0, 25 digits or more, rounded to 17 digits",
    "columns": columns,
    "note": "first 1 is the MBG/CNBD-k; expected, p_alive_at, conditional_pmf, discounted are given the history, pairs E[Y(Y-1)] given the customer is alive; rate is the posterior mean of lambda/k, dropout of p; null where not computed",
    "classes": {},
}
checked = 0
for name, draw, count in [("typical", typical, 40), ("extreme", extreme, 50)]:
    rows = []
    while len(rows) < count:
        p, x, T, t = draw()
        i = len(rows)
        first, k = i % 2, rnd.choice([1, 2, 2, 3, 3, 4, 5, 7, 12])
        tx = litt = 0.0
        if x > 0:
            tx = min(T, T * (1 - rnd.random() / (1 + x)) if rnd.random() < .6 else T * rnd.uniform(.01, 1))
            litt = sig(x * float(log(mpf(tx) / x)) - x * rnd.uniform(0, 2))
        n, delta = rnd.choice([0, 1, 2, 3, 5, 10, 40]), sig(lu(-4, -.5))
        r, alpha, a, b = map(mpf, p)
        TX, TT, tt = mpf(tx), mpf(T), mpf(t)
        y, m, A, w = x + first, r + k * x, alpha + TT, TT - TX
        f = Future(k, m, A, w / A, a, b + y)
        odds = a / (b + y - 1) * exp(m * log(A / (alpha + TX))) / f.sum if y else mpf(0)
        alive = 1 / (1 + odds)
        dead = odds / (1 + odds) if y else mpf(0)
        ll = rising(r, k * x) + r * log(alpha) - m * log(A) + (k - 1) * mpf(litt) - x * loggamma(mpf(k))
        ll += rising(b, y) - rising(a + b, y) + log(f.sum) + log1p(odds)
        new = Future(k, r, alpha, mpf(0), a, b + first)
        starts = b / (a + b) if first else mpf(1)
        rate = (alive * sum(v * (m + j) for j, v in enumerate(f.w)) / A + dead * m / (alpha + TX)) / k
        drop = (a + dead) / (a + b + y)
        dec = dert = pairs = None
        try:
            signal.alarm(3)
            e, s = f.expected(tt)
            if f.reach(tt) <= longest:
                pairs = f.sums(tt)[2]
            ne = new.expected(tt)[0]
            pm, cp = new.pmf(n, tt), f.pmf(n, tt)
            signal.alarm(0)
        except (ValueError, TooSlow, ZeroDivisionError, OverflowError) as err:
            signal.alarm(0)
            print("redrawn", name, first, k, p, x, tx, T, t, str(err)[:60], flush=True)
            continue
        if i % 8 == 0 and f.reach(tt) <= longest:
            try:
                signal.alarm(6)
                v, l = f.wide(tt)
                if abs(v - e) > mpf(10) ** -16 * e or abs(l - s) > mpf(10) ** -16 * s:
                    print("ways disagree", first, k, p, x, tx, T, t, v / e - 1, l / s - 1, flush=True)
                checked += 1
                v = f.by_rate(tt)
                if abs(v - e) > mpf(10) ** -14 * e:
                    print("rate quadrature disagrees", first, k, p, x, tx, T, t, v / e - 1, flush=True)
                checked += 1
            except (ValueError, TooSlow, ZeroDivisionError, mp.NoConvergence) as err:
                print("not checked", name, first, k, p, x, tx, T, t, str(err)[:60], flush=True)
            signal.alarm(0)
        if i % 6 == 0:
            try:
                signal.alarm(6)
                dert = alive * f.forever(mpf(delta))
                if f.reach(tt) < 1000:
                    dec = alive * f.until(mpf(delta), tt)
            except (ValueError, TooSlow, mp.NoConvergence) as err:
                print("no discounted", name, k, p, x, T, t, str(err)[:60], flush=True)
            signal.alarm(0)
        g = lambda v: None if v is None else float(v)
        rows.append([first, k] + p + [x, tx, T, litt, t, n, delta] + [g(v) for v in (ll, alive, alive * e, starts * ne, alive * s, pairs, starts * pm + (1 - starts if n == 0 else 0), alive * cp + (dead if n == 0 else 0), rate, drop, dec, dert)])
    out["classes"][name] = rows
    print(name, len(rows), checked, flush=True)

with open("cnbd_truth.json", "w") as f:
    head = {k: v for k, v in out.items() if k != "classes"}
    text = json.dumps(head, indent=1)[:-2] + ',\n "classes": {\n'
    text += ",\n".join('  "%s": [\n   %s\n  ]' % (k, ",\n   ".join(json.dumps(r) for r in v)) for k, v in out["classes"].items())
    f.write(text + "\n }\n}\n")
