package identity

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/rapport-crm/rapport/customer"
)

// NormaliseIdentifier returns the identifier with the field Normal filled, by which a
// store tells whether two are the same. What is normal depends on the type, whose
// case and separators do not matter:
//
//   - e-mail addresses ("email", "e-mail", "mail"): the standard form of [Email]
//   - telephone numbers ("phone", "mobile", "tel", "telephone", "fax"): that of
//     [Phone], without a calling code for national ones, and with the extension:
//     "+862055500101;ext=12"
//   - documents and registers, whose numbers are written with and without separators
//     ("tax", "vat", "tin", "ssn", "passport", "id_card", "national_id", "licence",
//     "register", "uscc", "iban", "duns", "lei", "plate" and the like): that of [Code]
//   - any other: full width folded, upper case, single blanks; punctuation and marks on
//     letters stay, since "1-23" and "12-3", or "Ä1" and "A1", may be two accounts
//
// A value without any letter or digit has no normal form, and stands for itself. A value
// that is not UTF-8, or whose normal form is longer than [customer.MaxCodeLength] bytes,
// is a *[TextError].
func NormaliseIdentifier(id customer.Identifier) (customer.Identifier, error) {
	if err := checkValue(id.Value); err != nil {
		return customer.Identifier{}, err
	}
	var s Standardiser
	kind, known := identifierKind(id.Type)
	normal := ""
	if known {
		form, err := s.Form(kind, id.Value)
		if err != nil {
			return customer.Identifier{}, err
		}
		normal = form.Text
		if kind == Phone { // two extensions of a switchboard are two people
			if number, valid := s.phone(id.Value); valid && number.Extension != "" {
				normal = number.Number + ";ext=" + number.Extension // RFC 3966 (2004)
			}
		}
	} else if codeText(id.Value) != "" {
		normal = norm.NFKC.String(strings.ToUpper(foldMarked(id.Value)))
	}
	if len(normal) > customer.MaxCodeLength {
		return customer.Identifier{}, &TextError{Reason: ValueTooLong, Length: len(normal), Limit: customer.MaxCodeLength}
	}
	id.Normal = normal
	return id, nil
}

// identifierKind returns the kind of the values of a type of identifier; false: they
// are keys of a system's own making.
func identifierKind(identifierType string) (Kind, bool) {
	switch strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(identifierType)) {
	case "email", "emailaddress", "mail":
		return Email, true
	case "phone", "phonenumber", "mobile", "mobilephone", "cell", "cellphone", "tel", "telephone", "landline", "fax":
		return Phone, true
	case "tax", "taxid", "taxnumber", "vat", "vatid", "vatnumber", "tin", "ein", "ssn", "socialsecurity", "socialsecuritynumber",
		"passport", "passportnumber", "idcard", "idnumber", "identitycard", "nationalid", "residentid", "residentidentity",
		"licence", "license", "driverslicence", "driverslicense", "drivinglicence", "businesslicence", "businesslicense",
		"register", "registration", "registrationnumber", "companynumber", "companyregister",
		"uscc", "socialcredit", "socialcreditcode", "unifiedsocialcreditcode", "iban", "bic", "swift", "duns", "lei", "gln", "plate", "licenceplate", "licenseplate":
		return Code, true
	}
	return 0, false
}
