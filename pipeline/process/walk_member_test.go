package process_test

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/pipeline"
)

// enrolled leads a prospect into the programme.
func enrolled(steps ...step) []step {
	return slices.Concat([]step{{fire: "enrol", set: "identity_checked_on consent", data: pipeline.Values{"next_review": day("2026-04-01")}, want: "enrolled"}}, steps)
}

// review evaluates a balance after some days; the next review is far ahead.
func review(days int, balance string, want pipeline.StageID) step {
	return step{
		fire: "review", after: time.Duration(days) * 24 * time.Hour, want: want,
		data: pipeline.Values{"average_balance": amount(balance + " USD"), "next_review": day("2036-01-01")},
	}
}

func memberWalks() []walk {
	return []walk{
		{name: "up at once, down after guarantee and grace", process: "membership", steps: enrolled(
			review(30, "19999.99", "enrolled"),
			review(30, "20000.00", "tier_1"),
			review(30, "1000000.00", "tier_4"), // over two tiers at once
			review(30, "60000.00", "tier_4"),   // guaranteed
			review(334, "60000.00", "tier_4"),  // 364 days in the tier
			review(1, "60000.00", "tier_4_at_risk"),
			review(89, "60000.00", "tier_4_at_risk"),
			review(1, "60000.00", "tier_2"),
			review(400, "60000.00", "tier_2"), // held, though no longer guaranteed
			review(30, "1.00", "tier_2_at_risk"),
			review(30, "50000.00", "tier_2"), // restored
			review(400, "1.00", "tier_2_at_risk"),
			review(30, "10000000.00", "tier_5"),
			review(400, "1.00", "tier_5_at_risk"),
			review(90, "1.00", "enrolled"),
			step{fire: "transfer", set: "next_programme", want: "transferred"},
		)},
		{name: "a review needs the balance and names the next", process: "membership", steps: enrolled(
			step{fire: "review", refused: reasons(missing("average_balance"), guard("balance_in_currency", "average_balance", "", "an amount in USD"))},
			step{
				fire: "review", after: 40 * 24 * time.Hour, data: pipeline.Values{"average_balance": amount("100.00 USD")},
				refused: reasons(late("next_review", "2026-04-02T00:00:00Z", start().Add(40*24*time.Hour+2*time.Hour))),
			},
			step{fire: "leave", because: "account_closed", want: "left"},
			step{fire: "reactivate", refused: reasons(late("next_review", "2026-04-02T00:00:00Z", start().Add(40*24*time.Hour+4*time.Hour)))},
			step{fire: "reactivate", data: pipeline.Values{"next_review": day("2026-05-01")}, want: "enrolled"},
		)},
		{name: "a balance in another currency moves nobody", process: "membership", steps: enrolled(
			review(1, "20000.00", "tier_1"),
			step{
				fire: "review", after: 400 * 24 * time.Hour, data: pipeline.Values{"average_balance": amount("1000000 JPY"), "next_review": day("2036-01-01")},
				refused: reasons(guard("balance_in_currency", "average_balance", "1000000 JPY", "an amount in USD")),
			},
		)},
		{name: "refused", process: "membership", steps: []step{
			{fire: "enrol", refused: reasons(missing("consent", "identity_checked_on"), missing("next_review"))},
			{fire: "refuse", because: "identity", want: "refused"},
		}},
	}
}
