package pinyin_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/identity/pinyin"
)

// A Chinese name has the key of its romanised spelling in either order.
func Example() {
	keys := pinyin.New()
	fmt.Println("李梅:", keys.Keys(identity.Name, "李梅"))
	fmt.Println("mei li:", keys.Keys(identity.Name, "mei li"))
	fmt.Println("mary sample:", keys.Keys(identity.Name, "mary sample"))

	// Output:
	// 李梅: [limei meili]
	// mei li: [meili]
	// mary sample: []
}

func ExampleNew() {
	standard, err := identity.NewStandardiser(&identity.StandardOptions{Keys: pinyin.New()})
	if err != nil {
		fmt.Println(err)
		return
	}
	form, err := standard.Form(identity.Name, "李梅 女士")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(form.Text, standard.Keys(identity.Name, form.Text))

	// Output: 李梅 [limei meili]
}
