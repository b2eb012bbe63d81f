package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/scoring"
	"github.com/rapport-crm/rapport/store"
)

// purchaseQuery returns the SQL of a stream, with one row for each sale or return,
// or with costs one for each of its cost lines. Parameters: tenant, from, to,
// currency, greatest number of minor units that fits the units asked for.
//
// Nearly every row is plain: whole minor units of the currency asked for. Only of
// the others the last column of an amount holds what else has to be known, parted
// by a control character, which no text of ours contains.
func purchaseQuery(costs bool) string {
	const (
		amount = "%[1]s.amount_minor, CASE" +
			" WHEN %[1]s.currency = ?4 AND abs(%[1]s.amount_minor) <= ?5 THEN NULL" +
			" ELSE %[1]s.system || char(31) || %[1]s.id || char(31) || %[1]s.currency || char(31) ||" +
			" coalesce(%[1]s.amount_minor, '') || char(31) || coalesce(%[1]s.amount_exact, '') END"
		sales = " FROM rapport_transactions AS s INDEXED BY rapport_transactions_line"
		join  = " LEFT JOIN rapport_transactions AS c INDEXED BY rapport_transactions_cost" +
			" ON c.tenant = s.tenant AND c.kind = 3 AND c.of_system = s.system AND c.of_id = s.id"
		where = " WHERE s.tenant = ?1 AND s.kind <> 3 AND s.at >= ?2 AND s.at < ?3" +
			" ORDER BY s.customer, s.at, s.system, s.id"
	)
	if !costs {
		return fmt.Sprintf("SELECT s.customer, s.at, "+amount, "s") + sales + where
	}
	return fmt.Sprintf("SELECT s.customer, s.at, "+amount, "s") +
		fmt.Sprintf(", s.system, s.id, c.id IS NOT NULL, "+amount, "c") + sales + join + where
}

func (s transactions) Purchases(ctx context.Context, q store.PurchaseQuery) iter.Seq2[scoring.Purchase, error] {
	if err := q.Validate(); err != nil {
		return refuse[scoring.Purchase](err)
	}
	return func(yield func(scoring.Purchase, error) bool) {
		if err := s.x.read(ctx); err != nil {
			yield(scoring.Purchase{}, err)
			return
		}
		p := purchases{x: s.x, query: q, scale: q.UnitsPerMinor()}
		var err error
		if p.costs, err = p.hasCosts(ctx); err == nil && q.SkipInternal {
			p.internal, err = p.internalParties(ctx)
		}
		if err != nil {
			yield(scoring.Purchase{}, err)
			return
		}
		p.stream(ctx, yield)
	}
}

// purchases reads one stream.
type purchases struct {
	x        *tx
	query    store.PurchaseQuery
	scale    int64 // units of the query in a minor unit
	costs    bool  // whether the tenant has cost lines of sales at all
	internal map[rapport.ID]customer.Customer
}

// hasCosts spares tenants without costs the join.
func (p *purchases) hasCosts(ctx context.Context) (bool, error) {
	found, err := p.x.executor.QueryContext(ctx, "SELECT 1 FROM rapport_transactions INDEXED BY rapport_transactions_cost"+
		" WHERE tenant = ?1 AND kind = 3 AND of_system > '' LIMIT 1", string(p.x.tenant))
	if err != nil {
		return false, p.x.failed(ctx, err)
	}
	has, err := single(found)
	return has == 1, p.x.failed(ctx, err)
}

// internalParties returns those who are or were internal at some time: few.
func (p *purchases) internalParties(ctx context.Context) (map[rapport.ID]customer.Customer, error) {
	parties := map[rapport.ID]customer.Customer{}
	for c, err := range rows(ctx, p.x, func() (*sql.Rows, error) {
		return p.x.executor.QueryContext(ctx,
			"SELECT version, doc FROM rapport_customers WHERE tenant = ?1 AND internal = 1", string(p.x.tenant))
	}, scanCustomer) {
		if err != nil {
			return nil, err
		}
		parties[c.ID()] = c
	}
	return parties, nil
}

// purchaseRow is a row of the query. Fields of type any take what the driver gives
// without a conversion.
type purchaseRow struct {
	customer           string
	at, minor, odd     any
	system, id         string // with costs
	costed             int64  // with costs: 1 if the next two are those of a cost line
	costMinor, costOdd any
}

func (p *purchases) stream(ctx context.Context, yield func(scoring.Purchase, error) bool) {
	var row purchaseRow
	dest := []any{&row.customer, &row.at, &row.minor, &row.odd}
	if p.costs {
		dest = append(dest, &row.system, &row.id, &row.costed, &row.costMinor, &row.costOdd)
	}
	from, to := store.Bounds(p.query.Period)
	found := rows(ctx, p.x, func() (*sql.Rows, error) {
		return p.x.executor.QueryContext(ctx, purchaseQuery(p.costs),
			string(p.x.tenant), from, to, int64(p.query.Currency), math.MaxInt64/p.scale)
	}, func(found scanner) (*purchaseRow, error) { return &row, found.Scan(dest...) })

	// With costs a sale is complete when the next one comes.
	var pending struct {
		customer.ExternalKey
		scoring.Purchase
		wanted bool
	}
	for row, err := range found {
		if err != nil {
			yield(scoring.Purchase{}, err)
			return
		}
		if key := (customer.ExternalKey{System: row.system, ID: row.id}); !p.costs || key != pending.ExternalKey {
			if pending.wanted && !yield(pending.Purchase, nil) {
				return
			}
			pending.ExternalKey = key
			if pending.Purchase, pending.wanted, err = p.sale(row); err != nil {
				yield(scoring.Purchase{}, err)
				return
			}
			if !p.costs && pending.wanted {
				pending.wanted = false
				if !yield(pending.Purchase, nil) {
					return
				}
			}
		}
		if row.costed == 1 && pending.wanted {
			cost, counts, err := p.count(row.costMinor, row.costOdd)
			if err == nil && counts {
				pending.Cost, err = p.query.AddCost(pending.ExternalKey, pending.Cost, cost)
			}
			if err != nil {
				yield(scoring.Purchase{}, err)
				return
			}
		}
	}
	if pending.wanted {
		yield(pending.Purchase, nil)
	}
}

// sale returns the purchase of a row without its costs, and whether the query
// wants it.
func (p *purchases) sale(row *purchaseRow) (bought scoring.Purchase, wanted bool, err error) {
	nanos, ok := row.at.(int64)
	if !ok {
		return bought, false, fmt.Errorf("%w: event time is a %T", store.ErrCorrupt, row.at)
	}
	bought.Customer, bought.At = rapport.ID(row.customer), instant(nanos)
	if party, known := p.internal[bought.Customer]; known && party.HasRole(customer.Internal, bought.At) {
		return bought, false, nil
	}
	bought.Amount, wanted, err = p.count(row.minor, row.odd)
	return bought, wanted, err
}

// count returns an amount in the units of the query, and whether it counts.
func (p *purchases) count(minor, odd any) (units int64, counts bool, err error) {
	if odd == nil {
		whole, ok := minor.(int64)
		if !ok {
			return 0, false, fmt.Errorf("%w: amount is a %T", store.ErrCorrupt, minor)
		}
		return whole * p.scale, true, nil
	}
	text, ok := odd.(string)
	if !ok {
		raw, _ := odd.([]byte) // some drivers give text as bytes
		text = string(raw)
	}
	part := strings.Split(text, "\x1f")
	if len(part) != 5 {
		return 0, false, fmt.Errorf("%w: amount %q", store.ErrCorrupt, text)
	}
	currency, err := strconv.ParseInt(part[2], 10, 16)
	if err != nil {
		return 0, false, corrupt("currency", err)
	}
	if p.query.SkipOtherCurrencies && rapport.Currency(currency) != p.query.Currency {
		return 0, false, nil
	}
	var stored *int64
	if part[3] != "" {
		whole, err := strconv.ParseInt(part[3], 10, 64)
		if err != nil {
			return 0, false, corrupt("amount", err)
		}
		stored = &whole
	}
	amount, err := moneyOf(currency, stored, &part[4])
	if err != nil {
		return 0, false, err
	}
	units, err = p.query.Count(customer.ExternalKey{System: part[0], ID: part[1]}, amount)
	return units, err == nil, err
}
