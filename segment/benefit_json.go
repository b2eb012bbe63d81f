package segment

import (
	"encoding/json"
	"slices"
)

type benefitsForm struct {
	Format int      `json:"format"`
	Levels []string `json:"levels"`
	Grants []Grant  `json:"grants"`
	After  string   `json:"after"`
	Days   int      `json:"days"`
}

// grandfatherNames is in the order of the constants.
func grandfatherNames() []string { return []string{"end_with_level", "end_of_period", "for_days"} }

// String returns the name of the rule in JSON: "end_with_level", "end_of_period" or
// "for_days".
func (g Grandfather) String() string { return nameOf(grandfatherNames(), int(g), "Grandfather") }

// MarshalJSON writes the catalogue; the zone is not in it. The zero Benefits is none
// ([*CatalogueError]).
func (b *Benefits) MarshalJSON() ([]byte, error) {
	if len(b.levels) == 0 {
		return nil, &CatalogueError{Grant: -1, Field: "levels", Value: "0", Reason: "want 1 to 64"}
	}
	form := benefitsForm{Format: jsonFormat, Levels: b.levels, Grants: b.grants, After: b.options.After.String(), Days: b.options.Days}
	if form.Grants == nil {
		form.Grants = []Grant{}
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [Benefits.MarshalJSON] wrote; it marshals to the same bytes
// and counts in UTC until [Benefits.In] names the zone. It is for a fresh value, not
// for a catalogue in use. The error is a [*FormatError], that of [NewBenefits] or one
// of the syntax; after it b is unchanged.
func (b *Benefits) UnmarshalJSON(text []byte) error {
	var form benefitsForm
	if err := decode("benefits", text, &form); err != nil {
		return err
	}
	after := slices.Index(grandfatherNames(), form.After)
	if after < 0 {
		return &CatalogueError{Grant: -1, Field: "after", Value: form.After, Reason: "unknown"}
	}
	got, err := NewBenefits(form.Levels, form.Grants, &BenefitOptions{After: Grandfather(after), Days: form.Days})
	if err != nil {
		return err
	}
	*b = *got
	return nil
}

type plainWallet Wallet

type walletForm struct {
	Format int `json:"format"`
	plainWallet
}

// MarshalJSON writes the wallet. The error is a [*WalletError] for one that makes no
// sense.
func (w Wallet) MarshalJSON() ([]byte, error) {
	if err := w.validate(); err != nil {
		return nil, err
	}
	return json.Marshal(walletForm{Format: jsonFormat, plainWallet: plainWallet(w.normal())})
}

// UnmarshalJSON reads what [Wallet.MarshalJSON] wrote; it marshals to the same bytes.
// The error is a [*FormatError], a [*WalletError] or one of the syntax; after it w is
// unchanged.
func (w *Wallet) UnmarshalJSON(text []byte) error {
	var form walletForm
	if err := decode("wallet", text, &form); err != nil {
		return err
	}
	got := Wallet(form.plainWallet)
	if err := got.validate(); err != nil {
		return err
	}
	*w = got.normal()
	return nil
}

// normal returns the wallet with its instants in UTC, and lists that are there.
func (w Wallet) normal() Wallet {
	w.Credits = append([]Credit{}, w.Credits...)
	for i := range w.Credits {
		c := &w.Credits[i]
		c.At, c.Until = plain(c.At), plain(c.Until)
	}
	w.Redemptions = append([]Redemption{}, w.Redemptions...)
	for i := range w.Redemptions {
		w.Redemptions[i].At = plain(w.Redemptions[i].At)
	}
	return w
}
