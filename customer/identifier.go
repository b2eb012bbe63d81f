package customer

// Identifier is a key by which another system, an authority or a programme
// knows a customer: {"erp", "account", "C001"}, {"tax", "vat", "…"}. Within a
// tenant no two customers share one, which the store watches; within a customer
// none is listed twice, which [New] watches. Two identifiers are the same if their
// keys ([Identifier.Key]) are.
//
// It is a small comparable value, usable as a map key. It holds the value as written
// and, where the host has one made (by package identity), its normal form; texts are
// compared byte for byte.
type Identifier struct {
	System string `json:"system"`          // required: which system or register, up to 128 bytes
	Type   string `json:"type"`            // required: which of its keys, up to 128 bytes
	Value  string `json:"value"`           // required: the key as written, up to 128 bytes
	Normal string `json:"normal,omitzero"` // its normal form, up to 128 bytes; "": the value itself
}

// Key returns what is unique: system, type and the normal form as the value, with
// Normal empty. "CN 12-34" with the normal form "CN1234" and a plain "CN1234" have the
// same key.
func (i Identifier) Key() Identifier {
	if i.Normal != "" {
		i.Value, i.Normal = i.Normal, ""
	}
	return i
}

// ExternalKey names a transaction or an interaction by the system it came from
// and its key there. The pair is unique within a tenant, so sending a record
// again never counts it twice. A host without another system uses a name of its
// own as the system. It is comparable; the zero value means "none".
type ExternalKey struct {
	System string // up to 128 bytes
	ID     string // up to 128 bytes
}

// IsZero reports whether both parts are empty.
func (k ExternalKey) IsZero() bool { return k == ExternalKey{} }

// String returns "system/id" for people. It is not a key: a slash may be part of
// either side.
func (k ExternalKey) String() string { return k.System + "/" + k.ID }

func (c *checker) externalKey(k ExternalKey, systemField, idField string) {
	c.required(path{field: systemField}, k.System, MaxCodeLength)
	c.required(path{field: idField}, k.ID, MaxCodeLength)
}
