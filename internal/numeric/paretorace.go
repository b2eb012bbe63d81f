package numeric

import "math"

// Race is the chance φ that one of two Pareto lifetimes ends before the other, as
// [RaceTrack] returns it, with the derivatives of ln φ.
type Race struct {
	Value, Log             float64 // φ, ln φ
	B, S, K                float64 // ∂ ln φ/∂b, ∂s, ∂k
	BB, BS, BK, SS, SK, KK float64
}

const (
	raceTerms = 400 // more terms than the quadrature is worth
	// raceRatio is how fast terms must fall from the raceAhead-th on.
	raceAhead = 80
	raceRatio = 0.8
	// raceSteady is the s from which on the continued fraction loses digits,
	// as its first denominator cancels.
	raceSteady = 2e4
	// fractionRounds is how far the continued fraction of the value alone may go.
	fractionRounds = 1000
)

// RaceTrack is the ratio of the two scales of a race, prepared once for many shapes.
type RaceTrack struct {
	k, near, z float64 // ln κ, min(κ, 1/κ) and 1 − that
}

// NewRaceTrack returns the track for k = ln κ.
func NewRaceTrack(k float64) RaceTrack {
	return RaceTrack{k, math.Exp(-math.Abs(k)), -math.Expm1(-math.Abs(k))}
}

// Race returns φ = P(X < Y) for independent X and Y with the survival functions
// (1+v/κ)^−s and (1+v)^−b:
//
//	φ = E[(1+κ(e^Z−1))^−b], Z ~ Exp(s),
//
// the one special function of the Pareto/NBD, with first and second derivatives from
// the same pass. Positive series where they converge fast, quadrature elsewhere: the
// work is bounded.
//
// For b, s from 1e-3 to 1e4 and |k| ≤ 18, and for s up to 1e8 with s e^−k from 0.01 to
// 100, the errors of ln φ, its derivatives in ln b, ln s and k and its second derivatives
// are below 1e-13 of the larger of 1 and the first derivatives.
func (t RaceTrack) Race(b, s float64) Race {
	p, c := b, b+s+1
	if t.k > 0 {
		p = s + 1
	}
	if t.z*(p+raceAhead) < raceRatio*(c+raceAhead) {
		if r, ok := t.series(b, s, p, c); ok {
			return r
		}
	}
	return t.quadrature(b, s)
}

// series sums s/n F(1, b; n+1; 1−κ) for κ ≤ 1, s/(nκ) F(1, s+1; n+1; 1−1/κ) above,
// n = b+s: the terms (p)ᵢ/(c)ᵢ zⁱ are positive and their logarithmic derivatives
// are harmonic sums.
func (t RaceTrack) series(b, s, p, c float64) (Race, bool) {
	k, z := t.k, t.z
	term, hp, hc, hpp, hcc := 1.0, 0.0, 0.0, 0.0, 0.0
	w, wp, wc, wz := 1.0, 0.0, 0.0, 0.0
	var wpp, wpc, wcc, wpz, wcz, wzz float64
	done := false
	for i := 0.0; i < raceTerms; i++ {
		pi, ci := p+i, c+i
		both := 1 / (pi * ci)
		ip, ic := ci*both, pi*both
		term *= pi * ic * z
		hp += ip
		hc += ic
		hpp += ip * ip
		hcc += ic * ic
		order := i + 1
		tp, tc, tz := term*hp, term*hc, term*order
		w += term
		wp += tp
		wc += tc
		wz += tz
		wpp += tp*hp - term*hpp
		wpc += tp * hc
		wcc += tc*hc + term*hcc
		wpz += tp * order
		wcz += tc * order
		wzz += tz * i
		if size := tz * order; size <= 1e-16*w && size <= 1e-14*wzz { // the rest counts in no sum
			done = true
			break
		}
	}
	if !done {
		return Race{}, false
	}
	// Derivatives of ln W; c grows with b and s, p with one of them, z with |k|.
	inv := 1 / w
	wp, wc = wp*inv, -wc*inv
	wpp, wpc, wcc = wpp*inv-wp*wp, -wpc*inv-wp*wc, wcc*inv-wc*wc
	iz := 0.0
	if z > 0 {
		iz = 1 / z
	} else {
		// At z = 0 only the first two terms have derivatives in z.
		q := p / c
		wz, wpz, wcz, wzz, iz = q, q/p, q/c, 2*q*(p+1)/(c+1), 1
	}
	wz *= inv * iz
	wpz, wcz = wpz*inv*iz-wp*wz, -wcz*inv*iz-wc*wz
	wzz = wzz*inv*iz*iz - wz*wz
	n := 1 / (b + s)
	rest := t.near
	if k > 0 {
		v := s * n * w
		return Race{
			Value: v * rest, Log: math.Log(v) - k,
			B: wc - n, S: 1/s - n + wp + wc, K: rest*wz - 1,
			BB: wcc + n*n, BS: wpc + wcc + n*n, SS: wpp + 2*wpc + wcc + n*n - 1/(s*s),
			BK: rest * wcz, SK: rest * (wpz + wcz), KK: rest * (rest*wzz - wz),
		}, true
	}
	v := s * n * w
	return Race{
		Value: v, Log: math.Log(v),
		B: wp + wc - n, S: 1/s - n + wc, K: -rest * wz,
		BB: wpp + 2*wpc + wcc + n*n, BS: wpc + wcc + n*n, SS: wcc + n*n - 1/(s*s),
		BK: -rest * (wpz + wcz), SK: -rest * wcz, KK: rest * (rest*wzz - wz),
	}, true
}

// quadrature integrates the density of X times the survival of Y over u =
// ln(1 + v/m), m = min(1, κ); the derivatives are means and covariances of those of
// the integrand's logarithm.
func (t RaceTrack) quadrature(b, s float64) Race {
	k := t.k
	kappa := math.Exp(k)
	scale := min(1, kappa)
	log := func(u float64) float64 {
		v := scale * math.Expm1(u)
		return u - b*math.Log1p(v) - (s+1)*math.Log1p(v/kappa)
	}
	end := math.Abs(k) + 38 // from here on e^−(b+s)u but for rounding
	mode := FallingRoot(0, end, func(u float64) float64 {
		v := scale * math.Expm1(u)
		q := scale + v
		return 1 - b*q/(1+v) - (s+1)*q/(kappa+v)
	})
	top := log(mode)
	var w, b1, s1, k1, bb, bs, bk, ss, sk, kk, g1, gg float64
	node := func(u, weight float64) {
		v := scale * math.Expm1(u)
		lb, ls, g := -math.Log1p(v), -math.Log1p(v/kappa), v/(kappa+v)
		if u > 300 { // before v overflows
			lb, ls, g = -(u + min(0, k)), -(u - max(0, k)), 1
		}
		m := weight * math.Exp(u+b*lb+(s+1)*ls-top)
		lk := (s+1)*g - 1
		w += m
		b1, s1, k1 = b1+m*lb, s1+m*ls, k1+m*lk
		bb, bs, bk = bb+m*lb*lb, bs+m*lb*ls, bk+m*lb*lk
		ss, sk, kk = ss+m*ls*ls, sk+m*ls*lk, kk+m*lk*lk
		g1, gg = g1+m*g, gg+m*g*(1-g)
	}
	ConcaveNodes(0, mode, end, log, node)
	if log(end) > top-panelsEnd {
		// The exponential tail, by Gauss–Laguerre: two nodes are exact for squares of u.
		n := b + s
		for _, l := range [2][2]float64{{2 - math.Sqrt2, (2 + math.Sqrt2) / 4}, {2 + math.Sqrt2, (2 - math.Sqrt2) / 4}} {
			node(end+l[0]/n, l[1]/n*math.Exp(l[0]))
		}
	}
	inv := 1 / w
	b1, s1, k1, g1, gg = b1*inv, s1*inv, k1*inv, g1*inv, gg*inv
	value := top + math.Log(w*s*scale/kappa)
	return Race{
		Value: math.Exp(value), Log: value,
		B: b1, S: s1 + 1/s, K: k1,
		BB: bb*inv - b1*b1, BS: bs*inv - b1*s1, BK: bk*inv - b1*k1,
		SS: ss*inv - s1*s1 - 1/(s*s), SK: sk*inv - s1*k1 + g1, KK: kk*inv - k1*k1 - (s+1)*gg,
	}
}

// Value is φ of [RaceTrack.Race] without its derivatives, with a relative error below
// 1e-12 on the same domain: by the same series, or by Gauss's continued fraction, which
// converges where the series is slow.
func (t RaceTrack) Value(b, s float64) float64 {
	p, c := b, b+s+1
	if t.k > 0 {
		p = s + 1
	}
	f, ok := 0.0, false
	if t.z*(p+raceAhead) < raceRatio*(c+raceAhead) {
		f, ok = hypergeometricSeries(p, c, t.z)
	}
	if !ok && s < raceSteady {
		f, ok = hypergeometricFraction(p, c, t.z)
	}
	if !ok {
		return t.Race(b, s).Value
	}
	if t.k > 0 {
		f *= t.near
	}
	return s / (b + s) * f
}

// hypergeometricSeries sums F(1, p; c; z) for 0 < p < c and 0 ≤ z < 1.
func hypergeometricSeries(p, c, z float64) (float64, bool) {
	term, sum := 1.0, 1.0
	for i := 0.0; i < raceTerms; i++ {
		term *= (p + i) / (c + i) * z
		sum += term
		if term*z <= 1e-17*sum*(1-z) { // p < c: the rest is less than a geometric series
			return sum, true
		}
	}
	return 0, false
}

// hypergeometricFraction is F(1, p; c; z) as a continued fraction (DLMF 15.7.3), by the
// recurrence of its numerators and denominators. Its terms are positive and each step
// takes a part away from a larger number: little cancels.
func hypergeometricFraction(p, c, z float64) (float64, bool) {
	// 1/(1 − u₁z/(1 − u₂z/(1 − …))), two terms a round.
	num, den := 1.0, 1-p/c*z
	numBefore, denBefore := 1.0, 1.0
	last := num / den
	for n := 1.0; n < fractionRounds; n++ {
		u := n * (c - p + n - 1) / ((c + 2*n - 2) * (c + 2*n - 1)) * z
		num, numBefore = num-u*numBefore, num
		den, denBefore = den-u*denBefore, den
		u = (p + n) * (c + n - 1) / ((c + 2*n - 1) * (c + 2*n)) * z
		num, numBefore = num-u*numBefore, num
		den, denBefore = den-u*denBefore, den
		if int(n)%8 != 0 {
			continue
		}
		value := num / den
		if math.Abs(value-last) <= 2e-16*value {
			return value, true
		}
		last = value
		scale := 1 / den
		num, numBefore, den, denBefore = num*scale, numBefore*scale, 1, denBefore*scale
	}
	return 0, false
}
