package btyd

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/rapport-crm/rapport/scoring"
)

func TestLawScratch(t *testing.T) {
	text, err := os.ReadFile("testdata/paretonbd_truth.json")
	if err != nil {
		t.Skip(err)
	}
	var file struct {
		Columns []string                `json:"columns"`
		Classes map[string][][]*float64 `json:"classes"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for class, rows := range file.Classes {
		worst := map[string]float64{}
		where := map[string]string{}
		for i, row := range rows {
			value := func(name string) *float64 { return row[slices.Index(file.Columns, name)] }
			v := func(name string) float64 { return *value(name) }
			l := paretoNBD{v("r"), v("alpha"), v("s"), v("beta")}
			s := scoring.Summary{X: int(v("x")), TX: v("t_x"), T: v("T")}
			alive := logistic(-l.deadOdds(s))
			f := l.alive(s).(paretoFuture)
			fresh := l.alive(scoring.Summary{})
			h, n := v("t"), int(v("n"))
			lam, mu := l.posterior(s)
			cp := alive * f.probability(n, h)
			if n == 0 {
				cp += logistic(l.deadOdds(s))
			}
			dis := func(end float64) float64 {
				return alive * discountedScratch(f, v("delta"), end)
			}
			for name, got := range map[string]float64{
				"loglik": l.logLikelihood(s), "log_odds": l.deadOdds(s), "p_alive": alive, "expected": alive * f.expected(h),
				"expected_new": fresh.expected(h), "p_alive_at": alive * f.survival(h), "pmf": fresh.probability(n, h), "conditional_pmf": cp,
				"pairs": f.pairs(h), "rate": lam, "dropout": mu, "discounted": dis(h), "discounted_infinite": dis(math.Inf(1)),
			} {
				want := value(name)
				if want == nil || math.Abs(*want) < 1e-300 {
					continue
				}
				e := math.Abs(got-*want) / math.Abs(*want)
				if name == "log_odds" {
					e = math.Abs(got-*want) / max(1, math.Abs(*want))
				}
				if !(e <= worst[name]) {
					worst[name], where[name] = e, fmt.Sprintf("row %d %+v %+v t %v n %v delta %v got %v want %v", i, l, s, h, n, v("delta"), got, *want)
				}
			}
		}
		for name, e := range worst {
			t.Logf("%s %-20s %.1e %s", class, name, e, where[name])
		}
	}
}
