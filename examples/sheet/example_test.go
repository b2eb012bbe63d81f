package sheet_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rapport-crm/rapport/examples/sheet"
)

func ExampleOpen() {
	s, err := sheet.Open(strings.NewReader("name,age\nAda,36\nBob,old\n"), "one person a row")
	if err != nil {
		fmt.Println(err)
		return
	}
	age, err := s.Column("age", true, "")
	fmt.Println(s.Header, age, err)
	for record, err := range s.Records() {
		if err == nil && record[age] == "old" {
			err = s.Wrong("age", record[age], errors.New("is not a number"))
		}
		fmt.Println(s.Line(), record, err)
	}
	// Output:
	// [name age] 1 <nil>
	// 2 [Ada 36] <nil>
	// 3 [Bob old] row 3: age "old" is not a number
}
