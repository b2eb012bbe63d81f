package market

import (
	"fmt"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
)

// MaxCustomers is the largest number of customers of a world: as many as ids of
// eight digits can name.
const MaxCustomers = 99_999_999

// Config describes a world. The zero value of every field has the meaning that
// is written beside it; the zero Config is a world of a thousand customers like
// those of the CDNOW record shop: all join in the first twelve weeks and are
// watched for seventy-eight.
type Config struct {
	Customers int       // how many, up to [MaxCustomers]; 0: 1000
	From      time.Time // the first day, taken as its calendar date in UTC; zero: 1 January 2024
	Days      int       // how long the world is watched; 0: 546, which is 78 weeks
	Joining   int       // first purchases are spread evenly over this many days from the start, at most Days; 0: 84, or Days if less

	Process Process // how often customers buy and when they stop; zero: the fit of CDNOW
	Spend   Spend   // what they pay; zero: the fit of CDNOW

	Season [12]float64 // factor on the buying rate in January, February, …; all 0: none
	Trend  float64     // growth of the buying rate per year of 365.25 days: 0.1 is a tenth more each year; 0: none, above -1

	Currency rapport.Currency // of all amounts; 0: EUR
	Channels []Choice         // where sales are made; nil: "shop" 6, "web" 4
	Branches []Choice         // who makes them; nil: "north" 5, "south" 3, "harbour" 2
	Products []Product        // what is sold; nil: four products with margins from 25 % to 55 %

	Returns          float64  // share of the sales that are given back in full, 1 to 30 days later; 0: none
	DuplicateRecords float64  // share of the customers whom a second record describes; 0: none
	DuplicateRows    float64  // share of the transaction rows that are delivered twice; 0: none
	Mistakes         Mistakes // how often the fields of a second record are wrong
}

// Process holds the parameters of the BG/NBD model, in a unit of time. The zero
// value stands for weeks and r = 0.243, alpha = 4.414, a = 0.793, b = 2.426, the
// CDNOW fit of Fader, Hardie and Lee (2005), table 2.
type Process struct {
	Unit           rapport.Unit
	R, Alpha, A, B float64
}

// Spend holds the parameters of the gamma-gamma model, in major units of the
// currency. The zero value stands for p = 6.25, q = 3.74, v = 15.44, the CDNOW
// fit of Fader and Hardie (2013).
type Spend struct {
	P, Q, V float64
}

// Choice is one of several values, drawn in proportion to its weight.
type Choice struct {
	Name   string
	Weight float64
}

// Product is something sold, chosen in proportion to its weight. Its cost is the
// share 1 − Margin of the amount, rounded to the minor unit.
type Product struct {
	Code   string
	Weight float64
	Margin float64 // 0 to 1
}

// Mistakes are the chances that a field of a second record differs from the
// first. The zero value stands for 0.5 in the name, 0.5 in the telephone number,
// 0.3 in the e-mail address and 0.2 in the city. A chance below 0 means never.
type Mistakes struct {
	Name, Phone, Email, City float64
}

// ConfigError reports a field of a [Config] that cannot be used.
type ConfigError struct {
	Field  string
	Reason string
}

func (e *ConfigError) Error() string {
	return fmt.Sprintf("market: %s %s", e.Field, e.Reason)
}

// withDefaults fills the zero fields.
func (c Config) withDefaults() Config {
	if c.Customers == 0 {
		c.Customers = 1000
	}
	if c.From.IsZero() {
		c.From = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	year, month, day := c.From.Date()
	c.From = time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if c.Days == 0 {
		c.Days = 78 * 7
	}
	if c.Joining == 0 {
		c.Joining = min(12*7, c.Days)
	}
	if c.Process == (Process{}) {
		c.Process = Process{Unit: rapport.Week, R: 0.243, Alpha: 4.414, A: 0.793, B: 2.426}
	}
	if c.Spend == (Spend{}) {
		c.Spend = Spend{P: 6.25, Q: 3.74, V: 15.44}
	}
	if c.Season == [12]float64{} {
		for i := range c.Season {
			c.Season[i] = 1
		}
	}
	if c.Currency == 0 {
		c.Currency = rapport.EUR
	}
	if c.Channels == nil {
		c.Channels = []Choice{{"shop", 6}, {"web", 4}}
	}
	if c.Branches == nil {
		c.Branches = []Choice{{"north", 5}, {"south", 3}, {"harbour", 2}}
	}
	if c.Products == nil {
		c.Products = []Product{{"P-100", 5, 0.25}, {"P-200", 3, 0.40}, {"P-300", 2, 0.50}, {"P-400", 1, 0.55}}
	}
	if c.Mistakes == (Mistakes{}) {
		c.Mistakes = Mistakes{Name: 0.5, Phone: 0.5, Email: 0.3, City: 0.2}
	}
	return c
}

// validate returns a [*ConfigError] for the first field of a filled
// configuration that makes no sense.
func (c Config) validate() error {
	if c.Customers < 1 || c.Customers > MaxCustomers {
		return &ConfigError{"Customers", fmt.Sprintf("is %d, want 1 to %d", c.Customers, MaxCustomers)}
	}
	if c.Days < 1 || c.Days > 36525 {
		return &ConfigError{"Days", fmt.Sprintf("is %d, want 1 to 36525", c.Days)}
	}
	if c.Joining < 1 || c.Joining > c.Days {
		return &ConfigError{"Joining", fmt.Sprintf("is %d days in a world of %d", c.Joining, c.Days)}
	}
	if !c.Process.Unit.IsValid() {
		return &ConfigError{"Process.Unit", "is not day, week or month"}
	}
	if !c.Currency.IsValid() {
		return &ConfigError{"Currency", "is not a currency"}
	}
	if !(c.Trend > -1 && c.Trend <= 10) {
		return &ConfigError{"Trend", fmt.Sprintf("is %g, want more than -1 and at most 10", c.Trend)}
	}
	for _, p := range []struct {
		field string
		value float64
	}{
		{"Process.R", c.Process.R}, {"Process.Alpha", c.Process.Alpha}, {"Process.A", c.Process.A}, {"Process.B", c.Process.B},
		{"Spend.P", c.Spend.P}, {"Spend.Q", c.Spend.Q}, {"Spend.V", c.Spend.V},
	} {
		if !(p.value > 0) || math.IsInf(p.value, 1) {
			return &ConfigError{p.field, fmt.Sprintf("is %g, want a positive number", p.value)}
		}
	}
	for _, p := range []struct {
		field string
		value float64
	}{{"Returns", c.Returns}, {"DuplicateRecords", c.DuplicateRecords}, {"DuplicateRows", c.DuplicateRows}} {
		if !(p.value >= 0 && p.value <= 1) {
			return &ConfigError{p.field, fmt.Sprintf("is %g, want a share from 0 to 1", p.value)}
		}
	}
	return c.validateTrade()
}

func (c Config) validateTrade() error {
	for month, factor := range c.Season {
		if !(factor > 0 && factor <= 100) {
			return &ConfigError{"Season", fmt.Sprintf("has the factor %g for month %d, want more than 0 and at most 100", factor, month+1)}
		}
	}
	products := make([]Choice, len(c.Products))
	for i, p := range c.Products {
		products[i] = Choice{p.Code, p.Weight}
		if !(p.Margin >= 0 && p.Margin <= 1) {
			return &ConfigError{"Products", fmt.Sprintf("has %q with the margin %g, want 0 to 1", p.Code, p.Margin)}
		}
	}
	for _, list := range []struct {
		field   string
		choices []Choice
	}{{"Channels", c.Channels}, {"Branches", c.Branches}, {"Products", products}} {
		total := 0.0
		for _, choice := range list.choices {
			if choice.Name == "" || !(choice.Weight >= 0) {
				return &ConfigError{list.field, fmt.Sprintf("has %q with the weight %g", choice.Name, choice.Weight)}
			}
			total += choice.Weight
		}
		if !(total > 0) || math.IsInf(total, 1) {
			return &ConfigError{list.field, "has no positive finite total weight"}
		}
	}
	return nil
}
