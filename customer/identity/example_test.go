package identity_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer/identity"
)

// Two records agree on name and date of birth and have two e-mail addresses. One pair
// in a thousand is a match. Matches have the name in common in 90 of 100 cases, others
// in 1; the date in 95 of 100 and 1 of 1000; the address in 80 of 100 and 1 of 1000. By
// hand:
//
//	log2(.001/.999) + log2(.9/.01) + log2(.95/.001) + log2(.2/.999) = 4.0988
//
// and the probability is 2^4.0988/(1 + 2^4.0988).
func Example() {
	schema := identity.Schema{Fields: []identity.Field{
		{Name: "name", Kind: identity.Name}, {Name: "born", Kind: identity.Date}, {Name: "email", Kind: identity.Email}}}
	model, err := identity.NewModel(schema, 0.001, []identity.Agreement{
		{Match: .9, Other: .01}, {Match: .95, Other: .001}, {Match: .8, Other: .001}})
	if err != nil {
		panic(err)
	}
	shop := identity.Record{ID: "shop-17", Values: []string{"Mei Li", "1980-06-19", "mei@mail.example"}}
	web := identity.Record{ID: "web-4", Values: []string{"MEI LI", "1980/06/19", "li.mei@post.example"}}
	e, err := model.Explain(shop, web)
	if err != nil {
		panic(err)
	}
	for _, part := range e.Contributions {
		fmt.Println(part)
	}
	fmt.Printf("weight %.4f, probability %.5f\n", e.Weight, e.Probability)
	// Output:
	// prior -9.9643
	// field name exact +6.4919
	// field born exact +9.8918
	// field email different -2.3205
	// weight 4.0988, probability 0.94486
}
