package satisfaction_test

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction"
)

// 200 answers to "would you recommend us", 0 to 10: 60 + 40 promoters, 37 detractors,
// (100 − 37)/200 = 31.5 points; the variance .5 + .185 − .315² = .585775 over 200 is
// 5.412² points. The interval adds ¾ promoter, 1½ passives and ¾ detractor:
// 100·(100.75 − 37.75)/203 = 31.03 ± 1.96·5.37.
func Example() {
	nps, err := satisfaction.NPSFromCounts([11]int{3, 1, 2, 4, 5, 12, 10, 25, 38, 60, 40}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.1f, se %.3f, %.2f..%.2f by %s\n", nps.Score.Value, nps.Score.SE, nps.Score.Low, nps.Score.High, nps.Method)

	before, err := satisfaction.NPSFromCounts([11]int{20, 5, 5, 5, 5, 5, 5, 10, 10, 15, 15}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	change, err := satisfaction.CompareNPS(nps, before, 0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("change %+.1f, %.1f..%.1f, z %.2f, p %.1e\n", change.Delta.Value, change.Delta.Low, change.Delta.High, change.Statistic, change.P)
	// Output:
	// 31.5, se 5.412, 20.50..41.56 by adjusted_wald
	// change +51.5, 31.4..71.6, z 5.02, p 5.2e-07
}

// Marks 5, 4, 4, 2 in spring and 5, 5, 4, 5 in autumn: 3 of 4 and 4 of 4 are content.
func ExampleResponses_Waves() {
	survey, err := satisfaction.NewSurvey("service", 1,
		satisfaction.Item{Key: "overall", Group: "satisfaction", Low: 1, High: 5},
		satisfaction.Item{Key: "waited", Group: "service", Low: 1, High: 5, Reversed: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	var responses []satisfaction.Response
	for i, mark := range []float64{5, 4, 4, 2, 5, 5, 4, 5} {
		wave := "spring"
		if i >= 4 {
			wave = "autumn"
		}
		responses = append(responses, satisfaction.Response{ID: rapport.ID(fmt.Sprintf("r%d", i)), Wave: wave,
			Answers: map[string]float64{"overall": mark}})
	}
	answered, err := satisfaction.NewResponses(survey, responses)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, part := range answered.Waves() {
		column, err := part.Responses.Column("overall")
		if err != nil {
			fmt.Println(err)
			return
		}
		csat, err := satisfaction.TopBox(column, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %.2f (%.2f..%.2f), %s\n", part.Name, csat.Share.Value, csat.Share.Low, csat.Share.High, csat.Rule())
	}

	responses[3].Answers["overall"] = 6
	_, err = satisfaction.NewResponses(survey, responses)
	fmt.Println(strings.TrimPrefix(err.Error(), "satisfaction: "))
	// Output:
	// autumn: 1.00 (0.51..1.00), 4 to 5 of 1 to 5, wilson
	// spring: 0.75 (0.30..0.95), 4 to 5 of 1 to 5, wilson
	// response "r3" (row 3): answer 6 to item "overall" is out of range: 1 to 5
}

// A poor mark costs far more than a good one brings: what customers take for granted.
func ExampleClassifyDriver() {
	fmt.Println(satisfaction.ClassifyDriver(-0.8, 0.1, 2))
	fmt.Println(satisfaction.ClassifyDriver(-0.1, 0.6, 2))
	fmt.Println(satisfaction.ClassifyDriver(-0.5, 0.4, 2))
	// Output:
	// must_be
	// attractive
	// performance
}
