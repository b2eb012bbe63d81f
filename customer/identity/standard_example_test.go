package identity_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/customer/identity"
)

// Values that are written differently meet in their standard form.
func ExampleStandardiser_Form() {
	standard, err := identity.NewStandardiser(&identity.StandardOptions{CallingCode: "86", DayFirst: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, field := range []struct {
		kind  identity.Kind
		value string
	}{
		{identity.Name, "  Ｄｒ．Mei LI"},
		{identity.Organisation, "Sample Trading Co., Ltd."},
		{identity.Organisation, "样品贸易（广州）有限公司"},
		{identity.Address, "12 N. Main St."},
		{identity.Date, "19/6/1980"},
		{identity.Date, "1980年6月19日"},
		{identity.Date, "31/02/1980"},
		{identity.Phone, "138 0000 0000"},
		{identity.Email, "Mei Li <Mei.Li@Mail.example>"},
		{identity.Code, "cn 12-34"},
		{identity.Number, "1,234.50"},
	} {
		form, err := standard.Form(field.kind, field.value)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-12s %-24s valid: %v\n", field.kind, form.Text, form.Valid)
	}

	// Output:
	// name         mei li                   valid: true
	// organisation sample trading           valid: true
	// organisation 样品贸易广州                   valid: true
	// address      12 north main street     valid: true
	// date         1980-06-19               valid: true
	// date         1980-06-19               valid: true
	// date         1980-02-31               valid: false
	// phone        +8613800000000           valid: true
	// email        mei.li@mail.example      valid: true
	// code         CN1234                   valid: true
	// number       1234.5                   valid: true
}

// A company's name without its legal form is what is compared.
func ExampleSplitOrganisation() {
	for _, name := range []string{"Sample Trading Co., Ltd.", "Muster GmbH & Co. KG", "样品（集团）股份有限公司"} {
		core, suffix, err := identity.SplitOrganisation(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %s\n", core, suffix)
	}

	// Output:
	// sample trading: co ltd
	// muster: gmbh and co kg
	// 样品: 集团股份有限公司
}
