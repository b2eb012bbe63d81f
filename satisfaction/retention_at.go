package satisfaction

import (
	"math"

	"github.com/rapport-crm/rapport"
)

// linkPoint is a link at one index: retention r, its slope dr/dS, and how both
// change with the log odds or, in a linear link, with a + b·S: r' and slope'. The
// gradients with respect to (a, b) are r'·(1, S) and slope'·(1, S) + (0, r').
type linkPoint struct {
	index, retention, slope float64
	perOdds, slopePerOdds   float64
}

// at returns the link at an index. The error is an [*EconomicsError] for an index
// outside 0 to 100, or for a linear link that leaves 0 to 1 there.
func (l *RetentionLink) at(index float64) (linkPoint, error) {
	if err := wantIndex(index); err != nil {
		return linkPoint{}, err
	}
	p := linkPoint{index: index}
	b, odds := l.Slope.Value, l.Intercept.Value+l.Slope.Value*index
	if l.Form == LinearLink {
		p.retention, p.slope, p.perOdds = odds, b, 1
		return p, wantShare("retention of the linear link", odds)
	}
	p.retention = sigmoid(odds)
	p.perOdds = p.retention * sigmoid(-odds)
	p.slope = b * p.perOdds
	p.slopePerOdds = b * p.perOdds * (sigmoid(-odds) - p.retention)
	return p, nil
}

func sigmoid(odds float64) float64 { return 1 / (1 + math.Exp(-odds)) }

// spread returns the standard error of a figure with the given derivatives with
// respect to intercept and slope. (The delta method: first-order propagation.)
func (l *RetentionLink) spread(da, db float64) float64 {
	c := l.Covariance
	return math.Sqrt(max(0, da*da*c[0][0]+2*da*db*c[0][1]+db*db*c[1][1]))
}

// Retention returns the retention at an index, with an interval: of a logistic link
// the interval of the log odds turned into retention, so that it stays inside 0 to
// 1; of a linear link the symmetric one, which may not. The error is an
// [*EconomicsError] for an index outside 0 to 100, or for a linear link that leaves
// 0 to 1 there.
func (l *RetentionLink) Retention(index float64) (rapport.Estimate, error) {
	p, err := l.at(index)
	if err != nil {
		return rapport.Estimate{}, err
	}
	odds, err := l.estimate(l.Intercept.Value+l.Slope.Value*index, l.spread(1, index))
	if err != nil || l.Form == LinearLink {
		return odds, err
	}
	retention := rapport.Estimate{Value: p.retention, SE: p.perOdds * odds.SE, N: odds.N}
	if odds.HasInterval() {
		retention.Low, retention.High, retention.Level = sigmoid(odds.Low), sigmoid(odds.High), odds.Level
	}
	return retention, nil
}

// SlopeAt returns how much retention a point of the index brings at an index, dr/dS:
// b·r·(1−r) of a logistic link, b of a linear one. The errors are those of
// [RetentionLink.Retention].
func (l *RetentionLink) SlopeAt(index float64) (rapport.Estimate, error) {
	p, err := l.at(index)
	if err != nil {
		return rapport.Estimate{}, err
	}
	return l.estimate(p.slope, l.spread(p.slopePerOdds, p.slopePerOdds*index+p.perOdds))
}

// Extrapolates reports whether an index lies outside those that the link was fitted
// to.
func (l *RetentionLink) Extrapolates(index float64) bool {
	return !(index >= l.Least && index <= l.Most)
}
