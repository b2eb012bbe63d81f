package texttable_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/examples/texttable"
)

func ExampleLines() {
	for _, line := range texttable.Lines([]bool{false, true}, [][]string{{"customer", "purchases"}, {"客户", "7"}, {"0002", "12"}}) {
		fmt.Println(line)
	}
	// Output:
	//   customer  purchases
	//   客户              7
	//   0002             12
}
