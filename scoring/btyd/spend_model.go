package btyd

import (
	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/scoring"
)

// SpendModel is what valuation needs of a model of spend per purchase; [*GammaGamma]
// and [*MeanSpend] are some.
type SpendModel interface {
	// Name is the model's name in files and reports, such as "gammagamma".
	Name() string
	// ExpectedSpend is the expected amount of a purchase of a customer with that
	// history, in the currency of its Spend.
	ExpectedSpend(s scoring.Summary) (float64, error)
	// ExpectedSpendOf is that of the customer with that id, which matters to models
	// that know more of customers than their history.
	ExpectedSpendOf(id rapport.ID, s scoring.Summary) (float64, error)
}

// ExpectedSpendOf is [GammaGamma.ExpectedSpend]; the id does not matter.
func (g *GammaGamma) ExpectedSpendOf(_ rapport.ID, s scoring.Summary) (float64, error) {
	return g.ExpectedSpend(s)
}

// ExpectedSpendOf is [MeanSpend.ExpectedSpend]; the id does not matter.
func (m *MeanSpend) ExpectedSpendOf(_ rapport.ID, s scoring.Summary) (float64, error) {
	return m.ExpectedSpend(s)
}
