package pipeline

// FieldKind says what a field holds. The zero FieldKind is text.
type FieldKind uint8

const (
	// TextField holds any text.
	TextField FieldKind = iota
	// NumberField holds a decimal number.
	NumberField
	// MoneyField holds an amount with its currency.
	MoneyField
	// DateField holds a calendar day.
	DateField
	// TimeField holds an instant.
	TimeField
	// FlagField holds yes or no.
	FlagField
)

// String returns "text", "number", "money", "date", "time" or "flag".
func (k FieldKind) String() string { return word(fieldWords(), int(k), "FieldKind") }

// MarshalText writes the word of String; the error is an [*InputError].
func (k FieldKind) MarshalText() ([]byte, error) {
	return marshalWord(fieldWords(), int(k), "kind of field")
}

// UnmarshalText reads what MarshalText writes; the error is an [*InputError].
func (k *FieldKind) UnmarshalText(text []byte) error {
	i, err := unmarshalWord(fieldWords(), string(text), "kind of field")
	if err == nil {
		*k = FieldKind(i)
	}
	return err
}

func fieldWords() []string { return []string{"text", "number", "money", "date", "time", "flag"} }

// Field declares a field of the record that gates, limits and inputs may name.
type Field struct {
	ID    string    `json:"id"`
	Label string    `json:"label,omitempty"`
	Kind  FieldKind `json:"kind"`
	// OneOf are the texts that the field may have; none: any.
	OneOf []string `json:"one_of,omitempty"`
	// SetIn are the stages in which the field may be set; none: all.
	SetIn []StageID `json:"set_in,omitempty"`
	// Personal fields are blanked when a person is to be forgotten.
	Personal bool `json:"personal,omitempty"`
}

// dealFields are the fields that every [Deal] has, beside those of its definition.
func dealFields() []Field {
	return []Field{
		{ID: FieldName},
		{ID: FieldAmount, Kind: MoneyField},
		{ID: FieldCloseDate, Kind: DateField},
		{ID: FieldOwner},
		{ID: FieldCustomer},
		{ID: FieldProducts},
		{ID: FieldCompetitors},
	}
}

// The fields of a Deal that a definition may name without declaring them.
const (
	FieldName        = "name"
	FieldAmount      = "amount"
	FieldCloseDate   = "close_date"
	FieldOwner       = "owner"
	FieldCustomer    = "customer"
	FieldProducts    = "products"    // filled in if there is a line or a product
	FieldCompetitors = "competitors" // filled in if at least one is named
)
