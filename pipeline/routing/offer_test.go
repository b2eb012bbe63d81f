package routing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/pipeline/routing"
)

// A lead goes to the nearest dealer, who lets it lie, then to one who declines, then to
// the third, who takes it.
func ExampleOfferRules() {
	desk, err := routing.NewDesk([]routing.Agent{
		{ID: "dealer-a", Capacity: 9, Territories: []routing.Territory{"North/City"}},
		{ID: "dealer-b", Capacity: 9, Load: 1, Territories: []routing.Territory{"North"}},
		{ID: "dealer-c", Capacity: 9, Load: 2, Territories: []routing.Territory{"North"}},
	}, &routing.Policy{Prefer: []routing.Preference{routing.PreferNear}})
	if err != nil {
		fmt.Println(err)
		return
	}
	rules := routing.OfferRules{Answer: 5 * time.Minute, Rounds: 3}
	at := time.Date(2025, 3, 3, 9, 0, 0, 0, time.UTC)
	lead := routing.Placement{Item: routing.Item{ID: "lead-1", Territory: "North/City/Centre", WaitingSince: at}}

	lead, _, _ = rules.Offer(lead, desk, at)
	lead, _ = lead.Expire(at.Add(7 * time.Minute)) // the host looks in after seven minutes
	lead, _, _ = rules.Offer(lead, desk, at.Add(7*time.Minute))
	lead, _ = lead.Decline("dealer-b", "no_stock", at.Add(8*time.Minute))
	lead, _, _ = rules.Offer(lead, desk, at.Add(8*time.Minute))
	lead, err = lead.Accept("dealer-c", at.Add(10*time.Minute))
	for _, offer := range lead.Offers {
		reason := ""
		if offer.Reason != "" {
			reason = " (" + offer.Reason + ")"
		}
		fmt.Printf("%s %v: %s%s after %v\n", offer.Agent, offer.OfferedAt.Format("15:04"), offer.Result, reason, offer.EndedAt.Sub(offer.OfferedAt))
	}
	fmt.Println(lead.State, err)
	// Output:
	// dealer-a 09:00: expired after 5m0s
	// dealer-b 09:07: declined (no_stock) after 1m0s
	// dealer-c 09:08: accepted after 2m0s
	// accepted <nil>
}

func offered(t require.TestingT, desk *routing.Desk, rules routing.OfferRules) routing.Placement {
	p, decision, err := rules.Offer(routing.Placement{Item: routing.Item{ID: "i", WaitingSince: morning()}}, desk, morning())
	require.NoError(t, err)
	require.Equal(t, routing.PlacementOffered, p.State)
	require.Equal(t, decision.Agent, p.Offers[0].Agent)
	return p
}

func TestAnswersRefused(t *testing.T) {
	at := morning()
	rules := routing.OfferRules{Answer: time.Minute, Rounds: 2}
	desk := mustDesk(t, []routing.Agent{{ID: "a", Capacity: 1}, {ID: "b", Capacity: 1}}, nil)
	p := offered(t, desk, rules)
	require.Equal(t, at.Add(time.Minute), p.Due())

	for name, tc := range map[string]struct {
		step func() (routing.Placement, error)
		want string
	}{
		"another agent": {func() (routing.Placement, error) { return p.Accept("b", at) }, `routing: item "i" is offered to "a", not to "b"`},
		"late":          {func() (routing.Placement, error) { return p.Accept("a", at.Add(time.Minute)) }, `routing: item "i": the offer to "a" ran out at 2025-03-03T09:01:00Z, the answer came at 2025-03-03T09:01:00Z`},
		"late no":       {func() (routing.Placement, error) { return p.Decline("a", "", at.Add(time.Hour)) }, `routing: item "i": the offer to "a" ran out at 2025-03-03T09:01:00Z, the answer came at 2025-03-03T10:00:00Z`},
		"early":         {func() (routing.Placement, error) { return p.Accept("a", at.Add(-1)) }, "routing: accept at 2025-03-03T08:59:59.999999999Z is before 2025-03-03T09:00:00Z"},
		"nobody asked":  {func() (routing.Placement, error) { return routing.Placement{Item: p.Item}.Accept("a", at) }, `routing: item "i": cannot accept where it is open`},
		"no offer": {func() (routing.Placement, error) {
			return routing.Placement{Item: p.Item, State: routing.PlacementOffered}.Expire(at)
		}, `routing: item "i": cannot expire where it is offered`},
		"asked already": {func() (routing.Placement, error) { next, _, err := rules.Offer(p, desk, at); return next, err }, `routing: item "i": cannot offer where it is offered`},
	} {
		_, err := tc.step()
		require.EqualError(t, err, tc.want, name)
	}
	done, err := p.Accept("a", at.Add(time.Minute-1))
	require.NoError(t, err)
	require.Equal(t, routing.OfferResult(""), p.Offers[0].Result, "the placement before stays as it is")
	_, err = done.Decline("a", "", at)
	require.Equal(t, &routing.StateError{Item: "i", Step: "decline", State: routing.PlacementAccepted}, err)
	require.Zero(t, done.Due())

	same, err := p.Expire(at.Add(time.Minute - 1))
	require.NoError(t, err)
	require.Equal(t, p, same)
	gone, err := p.Expire(at.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, at.Add(time.Minute), gone.Offers[0].EndedAt)
	_, _, err = rules.Offer(gone, desk, at)
	require.Equal(t, &routing.TimeError{What: "offer", At: at, Before: at.Add(time.Minute)}, err)
}

func TestOverflow(t *testing.T) {
	at := morning()
	item := routing.Item{ID: "i", WaitingSince: at}
	two := mustDesk(t, []routing.Agent{{ID: "a", Capacity: 1}, {ID: "b", Capacity: 1}}, nil)
	for name, tc := range map[string]struct {
		desk  *routing.Desk
		rules routing.OfferRules
		want  routing.OverflowCause
		asked int
	}{
		"rounds":  {two, routing.OfferRules{Answer: time.Minute, Rounds: 1}, routing.OverflowRounds, 1},
		"waited":  {two, routing.OfferRules{Answer: time.Minute, Rounds: 9, MaxWait: time.Minute}, routing.OverflowWaited, 1},
		"nobody":  {two, routing.OfferRules{Answer: time.Minute, Rounds: 9}, routing.OverflowNobody, 2},
		"no desk": {mustDesk(t, nil, nil), routing.OfferRules{Answer: time.Minute, Rounds: 9}, routing.OverflowNobody, 0},
	} {
		p, now := routing.Placement{Item: item}, at
		for p.State != routing.PlacementOverflow {
			var err error
			p, _, err = tc.rules.Offer(p, tc.desk, now)
			require.NoError(t, err)
			if p.State == routing.PlacementOffered {
				now = p.Due()
				p, err = p.Expire(now)
				require.NoError(t, err)
			}
		}
		require.Equal(t, tc.want, p.Cause, name)
		require.Len(t, p.Offers, tc.asked, name)
		require.Equal(t, now, p.EndedAt)
	}
	// A full desk is waited for, until the limit.
	full := mustDesk(t, []routing.Agent{{ID: "a", Capacity: 1, Load: 1}}, nil)
	p, decision, err := routing.OfferRules{Answer: time.Minute, Rounds: 1, MaxWait: time.Hour}.Offer(routing.Placement{Item: item}, full, at)
	require.NoError(t, err)
	require.Equal(t, routing.PlacementOpen, p.State)
	require.Equal(t, at.Add(time.Hour), decision.Next)
}

func TestOfferRulesRefused(t *testing.T) {
	for field, rules := range map[string]routing.OfferRules{
		"answer": {Rounds: 1}, "rounds": {Answer: 1}, "max wait": {Answer: 1, Rounds: 1, MaxWait: -1}, "waiting since": {Answer: 1, Rounds: 1, MaxWait: 1},
	} {
		_, _, err := rules.Offer(routing.Placement{Item: routing.Item{ID: "i"}}, mustDesk(t, nil, nil), morning())
		var wrong *routing.InputError
		require.ErrorAs(t, err, &wrong)
		require.Equal(t, field, wrong.Field)
	}
	_, _, err := routing.OfferRules{Answer: 1, Rounds: 1}.Offer(routing.Placement{}, mustDesk(t, nil, nil), morning())
	require.EqualError(t, err, `routing: item: id "": rapport: id "": empty`)
}

// Whatever comes, nobody is asked twice, offers follow each other, and only a final
// state ends them.
func TestPlacementsHoldTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		agents, items, policy := drawDesk(t)
		desk := mustDesk(t, agents, &policy)
		rules := routing.OfferRules{Answer: time.Minute, Rounds: rapid.IntRange(1, 5).Draw(t, "rounds")}
		for _, item := range items {
			p, now := routing.Placement{Item: item}, morning()
			for range 12 {
				before := slices.Clone(p.Offers)
				now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second)
				var next routing.Placement
				var err error
				switch {
				case p.State == routing.PlacementOpen:
					next, _, err = rules.Offer(p, desk, now)
				case p.State != routing.PlacementOffered:
					_, _, err = rules.Offer(p, desk, now)
					require.Error(t, err)
					continue
				case !now.Before(p.Due()):
					next, err = p.Expire(now)
				case rapid.Bool().Draw(t, "yes"):
					next, err = p.Accept(p.Offers[len(p.Offers)-1].Agent, now)
				default:
					next, err = p.Decline(p.Offers[len(p.Offers)-1].Agent, "no", now)
				}
				require.NoError(t, err)
				require.Equal(t, before, slices.Clone(p.Offers), "the one before is untouched")
				p = next
				asked := map[rapport.ID]bool{}
				for i, offer := range p.Offers {
					require.False(t, asked[offer.Agent])
					require.NotContains(t, item.Exclude, offer.Agent)
					asked[offer.Agent] = true
					require.True(t, i == 0 || !offer.OfferedAt.Before(p.Offers[i-1].EndedAt))
					require.Equal(t, i == len(p.Offers)-1 && p.State == routing.PlacementOffered, offer.Result == "")
				}
				require.LessOrEqual(t, len(p.Offers), rules.Rounds)
			}
		}
	})
}
