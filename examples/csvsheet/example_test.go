package csvsheet_test

import (
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/examples/csvsheet"
)

func ExampleOpen() {
	sheet, err := csvsheet.Open(strings.NewReader("name,answer\na,7\nb,seven\n"), "one answer a row")
	if err != nil {
		fmt.Println(err)
		return
	}
	at, err := sheet.Column("answer", true, "")
	if err != nil {
		fmt.Println(err)
		return
	}
	for record, err := range sheet.Records() {
		if err != nil {
			fmt.Println(err)
			return
		}
		answer, err := csvsheet.ParseNumber(record[at], 10)
		if err != nil {
			fmt.Println(sheet.Wrong("answer", record[at], err))
			return
		}
		fmt.Println(answer)
	}
	// Output:
	// 7
	// row 3: answer "seven" is not a number such as 0.5
}
