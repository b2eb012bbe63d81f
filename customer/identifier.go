package customer

// Identifier is a key by which another system, an authority or a programme
// knows a customer: {"erp", "account", "C001"}, {"tax", "vat", "…"}. Within a
// tenant no two customers share one, which the store watches; within a customer
// none is listed twice, which [New] watches.
//
// It is a small comparable value, usable as a map key. It holds the value as
// written and compares byte for byte; a normalised form is derived from type
// and value, and is therefore no field.
type Identifier struct {
	System string // required: which system or register, up to 128 bytes
	Type   string // required: which of its keys, up to 128 bytes
	Value  string // required: the key, up to 128 bytes
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
