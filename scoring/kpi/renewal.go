package kpi

import (
	"github.com/rapport-crm/rapport"
)

// Renewals is the contracts renewed, of those that fell due in the period: 90 of 100 are
// .90. pipeline.RenewalRatesOf counts them, with what is pending and what was cancelled by
// us. The error is an [*InputError] for a negative count and for more than were due.
func Renewals(period rapport.Interval, renewed, due int) (Figure, error) {
	return rateOf(RenewalRate, period, count{"renewed", renewed}, count{"due", due})
}

// PremiumRenewals is the premium of the contracts renewed over that of all that fell due,
// both as it was before the renewal: 1.1 M of 1.2 M are .9167. A rate lower than that of
// [Renewals] says that it is the large contracts that leave. The error is an [*InputError]
// for a negative amount and for more than was due, or a [*rapport.CurrencyMismatchError].
func PremiumRenewals(period rapport.Interval, renewed, due rapport.Money, contracts int) (Figure, error) {
	return shareOf(RenewedPremium, period, amount{"renewed", renewed}, amount{"due", due}, true, count{"contracts due", contracts})
}
