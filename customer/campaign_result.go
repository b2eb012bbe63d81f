package customer

import (
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/internal/stats"
)

// MemberOutcome says what came of one member of a campaign within its window, which
// starts when it was chosen. It is what win-back and other effects are judged by.
type MemberOutcome struct {
	Customer  rapport.ID
	Arm       CampaignArm
	Assigned  time.Time
	Contacts  int
	Responded bool
	Converted bool          // bought something above zero within the window
	Revenue   rapport.Money // sales and returns
	Profit    rapport.Money // revenue less the costs of what was sold; before the spend on the campaign
	Spend     rapport.Money // on contacts with this member, without a share of the fixed cost
	Pending   bool          // the window has not ended
}

// ArmOutcome sums up an arm of a campaign.
type ArmOutcome struct {
	Members    int // whose window has ended
	Pending    int
	Conversion rapport.Ratio // of Members
	Revenue    rapport.Money
	Profit     rapport.Money
}

// ResponseCount is how many members gave a response of a type at least once.
type ResponseCount struct {
	Type    ResponseType
	Members int
}

// CampaignResult says what a campaign brought.
//
// The comparison of the arms counts every purchase of a member within the window
// from being chosen, whichever campaign is credited with it: the arms differ by
// chance and by the contact alone, and so does the comparison ("intention to
// treat"). Figures per unit are in units of the currency.
type CampaignResult struct {
	Campaign           rapport.ID
	AsOf               time.Time
	Treatment, Control ArmOutcome
	Contacted          int // members with a contact
	Contacts           int
	Response           rapport.Ratio   // contacted members that answered
	Responses          []ResponseCount // by type, in the order of their constants
	Spend              rapport.Money   // fixed, and for each contact
	// Uplift is the conversion rate of the treatment less that of the control, with
	// Newcombe's interval.
	Uplift rapport.Estimate
	// IncrementalRevenue and IncrementalProfit are the differences of the means per
	// member with Welch's interval; the profit is before Spend.
	IncrementalRevenue rapport.Estimate
	IncrementalProfit  rapport.Estimate
	// ReturnOnSpend is (IncrementalProfit × treated members − Spend) / Spend, with the
	// interval of the former. While members are pending it is too low.
	ReturnOnSpend     rapport.Estimate
	CostPerContact    rapport.Ratio // Spend over Contacts
	CostPerResponse   rapport.Ratio // Spend over members that answered
	CostPerConversion rapport.Ratio // Spend over treated members that converted
	Members           []MemberOutcome
}

// ResultOptions are options of [Campaign.Result]; nil stands for the defaults.
type ResultOptions struct {
	Level float64 // of the intervals; 0 stands for 0.95
}

// Result computes what a campaign brought as of an instant from its members and the
// transactions of these; transactions of others do not count. A return or a cost
// that names its sale counts if the sale does; another one by its own time. Figures
// that need a control group, or an end of some window, are absent without it.
//
// The error is a [*ValidationError] for the campaign, a member (Duplicate: a second
// one of a customer; NotAllowed: one of another campaign) or the level, or that of
// an amount, such as of two currencies.
func (c Campaign) Result(members []CampaignMember, transactions []Transaction, asOf time.Time, o *ResultOptions) (CampaignResult, error) {
	level := 0.95
	if o != nil && o.Level != 0 {
		level = o.Level
	}
	if err := c.Validate(); err != nil {
		return CampaignResult{}, err
	}
	if !(level > 0 && level < 1) {
		return CampaignResult{}, &ValidationError{Subject: "campaign", Name: string(c.ID), Problems: []Problem{{"level", OutOfRange}}}
	}
	r := CampaignResult{Campaign: c.ID, AsOf: asOf}
	if err := c.outcomes(&r, members, transactions); err != nil {
		return CampaignResult{}, err
	}
	if err := r.compare(level); err != nil {
		return CampaignResult{}, err
	}
	var err error
	if r.Spend, err = c.cost(r.Contacts); err != nil {
		return CampaignResult{}, err
	}
	if _, err = rapport.Sum(r.Treatment.Profit, r.Control.Profit, known(r.Spend)); err != nil {
		return CampaignResult{}, err
	}
	spend := r.Spend.Amount().InexactFloat64()
	r.CostPerContact = rapport.Ratio{Num: spend, Den: float64(r.Contacts), N: r.Contacts}
	r.CostPerResponse = rapport.Ratio{Num: spend, Den: r.Response.Num, N: r.Contacted}
	r.CostPerConversion = rapport.Ratio{Num: spend, Den: r.Treatment.Conversion.Num, N: r.Treatment.Members}
	if r.IncrementalProfit.HasValue() && spend > 0 {
		n := float64(r.Treatment.Members)
		e := r.IncrementalProfit
		e.Value, e.SE = (e.Value*n-spend)/spend, e.SE*n/spend
		if e.HasInterval() {
			e.Low, e.High = (e.Low*n-spend)/spend, (e.High*n-spend)/spend
		}
		r.ReturnOnSpend = e
	}
	return r, nil
}

// outcomes fills in what happened with each member.
func (c *Campaign) outcomes(r *CampaignResult, members []CampaignMember, transactions []Transaction) error {
	counts := make(map[ResponseType]int)
	place := make(map[rapport.ID]int, len(members))
	for i := range members {
		m := &members[i]
		if err := m.Validate(); err != nil {
			return err
		}
		var problem Problem
		if _, twice := place[m.Customer]; twice {
			problem = Problem{"customer", Duplicate}
		}
		if m.Campaign != c.ID {
			problem = Problem{"campaign", NotAllowed}
		}
		if problem.Field != "" {
			return &ValidationError{Subject: "campaign member", Name: string(m.ID), Problems: []Problem{problem}}
		}
		place[m.Customer] = len(r.Members)
		if m.Assigned.After(r.AsOf) {
			place[m.Customer] = -1
			continue
		}
		spend, err := times(c.PerContact, m.contactsBy(r.AsOf))
		if err != nil {
			return err
		}
		r.Members = append(r.Members, MemberOutcome{
			Customer: m.Customer, Arm: m.Arm, Assigned: m.Assigned, Contacts: m.contactsBy(r.AsOf), Responded: m.answered(r.AsOf),
			Spend: spend, Pending: m.Assigned.Add(c.Window).After(r.AsOf),
		})
		r.Contacts += m.contactsBy(r.AsOf)
		if m.contactsBy(r.AsOf) > 0 {
			r.Contacted++
			count(&r.Response, m.answered(r.AsOf))
		}
		for i, response := range m.Responses {
			again := slices.ContainsFunc(m.Responses[:i], func(earlier CampaignResponse) bool { return earlier.Type == response.Type })
			if !again && !response.At.After(r.AsOf) {
				counts[response.Type]++
			}
		}
	}
	for _, t := range []ResponseType{ResponseBounced, ResponseOpened, ResponseInterested, ResponseDeclined, ResponseOptedOut} {
		if counts[t] > 0 {
			r.Responses = append(r.Responses, ResponseCount{t, counts[t]})
		}
	}
	if err := c.trade(r, place, transactions); err != nil {
		return err
	}
	slices.SortFunc(r.Members, func(a, b MemberOutcome) int { return strings.Compare(string(a.Customer), string(b.Customer)) })
	return nil
}

// trade adds what members bought within their windows.
func (c *Campaign) trade(r *CampaignResult, place map[rapport.ID]int, transactions []Transaction) error {
	within := func(d *TransactionDraft) *MemberOutcome {
		i, ok := place[d.Customer]
		if !ok || i < 0 || d.At.After(r.AsOf) {
			return nil
		}
		m := &r.Members[i]
		if d.At.Before(m.Assigned) || !d.At.Before(m.Assigned.Add(c.Window)) {
			return nil
		}
		return m
	}
	sales := make(map[ExternalKey]*MemberOutcome) // of members; nil if outside the window
	for i := range transactions {
		if d := &transactions[i].draft; d.Kind == Sale {
			sales[d.Key] = within(d)
		}
	}
	for i := range transactions {
		d := &transactions[i].draft
		m, known := sales[d.Of]
		if !known || d.Kind == Sale {
			m = within(d)
		}
		if m == nil || d.At.After(r.AsOf) {
			continue
		}
		var err error
		if d.Kind == Cost {
			m.Profit, err = m.Profit.Sub(d.Amount)
		} else if m.Revenue, err = m.Revenue.Add(d.Amount); err == nil {
			m.Profit, err = m.Profit.Add(d.Amount)
		}
		if err != nil {
			return err
		}
		m.Converted = m.Converted || d.Kind == Sale && d.Amount.Sign() > 0
	}
	return nil
}

// compare sums up the arms and compares them.
func (r *CampaignResult) compare(level float64) error {
	var revenue, profit [2][]float64
	for i := range r.Members {
		m := &r.Members[i]
		arm, j := &r.Treatment, 0
		if m.Arm == ArmControl {
			arm, j = &r.Control, 1
		}
		if m.Pending {
			arm.Pending++
			continue
		}
		arm.Members++
		count(&arm.Conversion, m.Converted)
		var err error
		if arm.Revenue, err = arm.Revenue.Add(m.Revenue); err != nil {
			return err
		}
		if arm.Profit, err = arm.Profit.Add(m.Profit); err != nil {
			return err
		}
		revenue[j] = append(revenue[j], m.Revenue.Amount().InexactFloat64())
		profit[j] = append(profit[j], m.Profit.Amount().InexactFloat64())
	}
	if r.Treatment.Members == 0 || r.Control.Members == 0 {
		return nil
	}
	t, k := r.Treatment.Conversion, r.Control.Conversion
	r.Uplift = rapport.Estimate{Level: level, N: t.N + k.N}
	r.Uplift.Value, r.Uplift.Low, r.Uplift.High = stats.RateDifference(t.Num, t.Den, k.Num, k.Den, stats.NormalMargin(level))
	r.IncrementalRevenue = welch(revenue[0], revenue[1], level)
	r.IncrementalProfit = welch(profit[0], profit[1], level)
	return nil
}

// welch returns the difference of two means with its interval, first less second
// (B. L. Welch, Biometrika 34, 1947). Groups of one, or without variation in both,
// have none.
func welch(first, second []float64, level float64) rapport.Estimate {
	a, b := meanEstimate(first, level), meanEstimate(second, level)
	e := rapport.Estimate{Value: a.Value - b.Value, N: a.N + b.N}
	if a.N < 2 || b.N < 2 || a.SE == 0 && b.SE == 0 {
		return e
	}
	se, df := stats.Satterthwaite(a.SE, float64(a.N-1), b.SE, float64(b.N-1))
	margin := se * stats.StudentMargin(level, df)
	e.SE, e.Low, e.High, e.Level = se, e.Value-margin, e.Value+margin, level
	return e
}
