package customer

// Basis is the ground on which data about a person are processed. It is an open
// set of codes: a [ConsentProfile] says which of them its law knows, and what is
// not listed there allows nothing.
type Basis string

// The grounds of GDPR article 6(1) and PIPL article 13.
const (
	BasisConsent            Basis = "consent"             // GDPR 6(1)(a); PIPL 13(1)
	BasisContract           Basis = "contract"            // GDPR 6(1)(b); PIPL 13(2)
	BasisHumanResources     Basis = "human-resources"     // PIPL 13(2): under labour rules or a collective contract
	BasisLegalDuty          Basis = "legal-duty"          // GDPR 6(1)(c); PIPL 13(3)
	BasisVitalInterest      Basis = "vital-interest"      // GDPR 6(1)(d); PIPL 13(4): life, health, property in an emergency
	BasisPublicInterest     Basis = "public-interest"     // GDPR 6(1)(e)
	BasisLegitimateInterest Basis = "legitimate-interest" // GDPR 6(1)(f); PIPL has none
	BasisNews               Basis = "news"                // PIPL 13(5): reporting in the public interest
	BasisPublicData         Basis = "public-data"         // PIPL 13(6): disclosed by the person or lawfully
	BasisOtherLaw           Basis = "other-law"           // PIPL 13(7): what other laws provide
)

// Purpose says what data are used for: an open set of codes. A [ConsentProfile]
// lists the purposes that a host pursues; for others nothing is allowed.
type Purpose string

// The purposes that [GDPR] and [PIPL] list.
const (
	PurposeService     Purpose = "service"            // deliver what was ordered, and answer
	PurposeMarketing   Purpose = "marketing"          // direct marketing
	PurposeAnalysis    Purpose = "analysis"           // figures and models over customers
	PurposeResearch    Purpose = "research"           // surveys
	PurposeTransfer    Purpose = "transfer"           // hand data to another controller
	PurposePublication Purpose = "publication"        // make data public
	PurposeSensitive   Purpose = "sensitive-data"     // use sensitive data
	PurposeCrossBorder Purpose = "cross-border"       // send data abroad
	PurposePublicImage Purpose = "public-image"       // use images taken in public places for more than safety
	PurposeAutomated   Purpose = "automated-decision" // decide by machine alone
)

// AnyPurpose and AnyChannel stand for all of them in a [Consent]. A refusal may be
// about any purpose, a grant never: GDPR 4(11) and PIPL 14 ask for a consent to a
// stated purpose. Both may be about any channel.
const (
	AnyPurpose Purpose = "*"
	AnyChannel Channel = "*"
)

// Jurisdiction names the law under which data are processed: the key of a
// [ConsentProfile].
type Jurisdiction string

// The jurisdictions with a profile in this package.
const (
	JurisdictionGDPR Jurisdiction = "gdpr" // Regulation (EU) 2016/679
	JurisdictionPIPL Jurisdiction = "pipl" // Personal Information Protection Law of China, 2021
)

// ConsentStatus says what a [Consent] states.
type ConsentStatus string

// The statuses.
const (
	ConsentGiven     ConsentStatus = "given"     // the ground holds from then on
	ConsentDenied    ConsentStatus = "denied"    // the subject was asked and said no, or said no unasked
	ConsentWithdrawn ConsentStatus = "withdrawn" // the subject took a grant back or objected; the ground ended
)

// IsValid reports whether s is one of the statuses; the zero value is not.
func (s ConsentStatus) IsValid() bool {
	return s == ConsentGiven || s == ConsentDenied || s == ConsentWithdrawn
}
