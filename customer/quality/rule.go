package quality

import (
	"strconv"
	"strings"
	"time"
)

// Outcome is what a rule says of a record.
type Outcome uint8

// The outcomes.
const (
	NotApplicable Outcome = iota // a value is missing or not valid, so nothing can be said
	Holds
	Broken
)

// Rule is something that must be true between fields of a record. The rules of this
// package are plain structs; a host may bring its own, which must give the same
// outcome for the same values.
type Rule interface {
	// Code names the rule: stable, and no other rule of the specification has it.
	Code() string
	// Fields names the fields that Check is given, in this order.
	Fields() []string
	// Check says whether the rule holds for the values, without blanks round them, at an
	// instant.
	Check(values []string, at time.Time) Outcome
}

func verdict(holds bool) Outcome {
	if holds {
		return Holds
	}
	return Broken
}

// InOrder is broken where a date comes before another that it must not precede,
// such as an end before its start.
type InOrder struct {
	Name         string // the code, such as "end-before-start"
	First, Later string // fields with dates (2006-01-02); the same day is in order
}

// Code returns the name of the rule.
func (r InOrder) Code() string { return r.Name }

// Fields returns First and Later.
func (r InOrder) Fields() []string { return []string{r.First, r.Later} }

// Check compares the two dates.
func (r InOrder) Check(values []string, _ time.Time) Outcome {
	first, err := ParseDate(values[0])
	if err != nil {
		return NotApplicable
	}
	later, err := ParseDate(values[1])
	if err != nil {
		return NotApplicable
	}
	return verdict(!later.Before(first))
}

// AgeFits is broken where an age in whole years is not what the date of birth gives
// at the instant of the measure, or is off by more than the slack.
type AgeFits struct {
	Name      string // the code, such as "age-not-of-birth"
	Age, Born string // fields: whole years, and a date (2006-01-02)
	Slack     int    // years that an age may be old: 0 or more
}

// Code returns the name of the rule.
func (r AgeFits) Code() string { return r.Name }

// Fields returns Age and Born.
func (r AgeFits) Fields() []string { return []string{r.Age, r.Born} }

// Check compares the age with the date of birth. An age is compared with the
// calendar in UTC.
func (r AgeFits) Check(values []string, at time.Time) Outcome {
	age, err := strconv.Atoi(values[0])
	if err != nil {
		return NotApplicable
	}
	born, err := ParseDate(values[1])
	if err != nil {
		return NotApplicable
	}
	years := yearsBetween(born, at.UTC())
	return verdict(age <= years && age >= years-max(0, r.Slack))
}

// yearsBetween returns the whole years from a birthday to a day; negative for a
// birth to come.
func yearsBetween(born, at time.Time) int {
	years := at.Year() - born.Year()
	if at.Month() < born.Month() || at.Month() == born.Month() && at.Day() < born.Day() {
		years--
	}
	return years
}

// BirthInID is broken where the date of birth is not the one in a mainland identity
// number.
type BirthInID struct {
	Name     string // the code, such as "birth-not-of-id"
	ID, Born string // fields: the number, and a date (2006-01-02)
}

// Code returns the name of the rule.
func (r BirthInID) Code() string { return r.Name }

// Fields returns ID and Born.
func (r BirthInID) Fields() []string { return []string{r.ID, r.Born} }

// Check compares the two dates of birth.
func (r BirthInID) Check(values []string, _ time.Time) Outcome {
	id, err := ParseMainlandID(values[0])
	if err != nil {
		return NotApplicable
	}
	born, err := ParseDate(values[1])
	if err != nil {
		return NotApplicable
	}
	return verdict(born.Equal(id.Born))
}

// CountryCalls is broken where a telephone number has the calling code of another
// country than the record.
type CountryCalls struct {
	Name           string // the code, such as "phone-of-other-country"
	Country, Phone string // fields: two letters of ISO 3166, and an international number
}

// Code returns the name of the rule.
func (r CountryCalls) Code() string { return r.Name }

// Fields returns Country and Phone.
func (r CountryCalls) Fields() []string { return []string{r.Country, r.Phone} }

// Check compares the calling codes. A country that [CallingCode] does not know has
// none to compare.
func (r CountryCalls) Check(values []string, _ time.Time) Outcome {
	code := CallingCode(values[0])
	phone, err := ParsePhone(values[1])
	if code == "" || err != nil {
		return NotApplicable
	}
	return verdict(strings.HasPrefix(phone[1:], code))
}

// FilledTogether is broken where a field is filled and another that it needs is
// blank, such as a house number without a street.
type FilledTogether struct {
	Name         string // the code, such as "end-without-start"
	Field, Needs string
}

// Code returns the name of the rule.
func (r FilledTogether) Code() string { return r.Name }

// Fields returns Field and Needs.
func (r FilledTogether) Fields() []string { return []string{r.Field, r.Needs} }

// Check looks whether both are filled.
func (r FilledTogether) Check(values []string, _ time.Time) Outcome {
	if values[0] == "" {
		return NotApplicable
	}
	return verdict(values[1] != "")
}

// CallingCode returns the digits with which the international numbers of a country
// begin (ITU-T E.164, list of 2016), by its two letters of ISO 3166-1, capital or
// small; "" for a country that is not in the list. Countries of the North American
// plan all have 1.
func CallingCode(country string) string {
	const list = "AD376 AE971 AF93 AG1 AI1 AL355 AM374 AO244 AR54 AS1 AT43 AU61 AW297 AZ994 BA387 BB1 BD880 BE32 BF226 BG359 BH973 BI257 " +
		"BJ229 BM1 BN673 BO591 BR55 BS1 BT975 BW267 BY375 BZ501 CA1 CD243 CF236 CG242 CH41 CI225 CK682 CL56 CM237 CN86 CO57 CR506 " +
		"CU53 CV238 CY357 CZ420 DE49 DJ253 DK45 DM1 DO1 DZ213 EC593 EE372 EG20 ER291 ES34 ET251 FI358 FJ679 FM691 FO298 FR33 GA241 " +
		"GB44 GD1 GE995 GF594 GH233 GI350 GL299 GM220 GN224 GP590 GQ240 GR30 GT502 GU1 GW245 GY592 HK852 HN504 HR385 HT509 HU36 " +
		"ID62 IE353 IL972 IN91 IQ964 IR98 IS354 IT39 JM1 JO962 JP81 KE254 KG996 KH855 KI686 KM269 KN1 KP850 KR82 KW965 KY1 KZ7 " +
		"LA856 LB961 LC1 LI423 LK94 LR231 LS266 LT370 LU352 LV371 LY218 MA212 MC377 MD373 ME382 MG261 MH692 MK389 ML223 MM95 MN976 " +
		"MO853 MQ596 MR222 MS1 MT356 MU230 MV960 MW265 MX52 MY60 MZ258 NA264 NC687 NE227 NG234 NI505 NL31 NO47 NP977 NR674 NU683 " +
		"NZ64 OM968 PA507 PE51 PF689 PG675 PH63 PK92 PL48 PR1 PS970 PT351 PW680 PY595 QA974 RE262 RO40 RS381 RU7 RW250 SA966 SB677 " +
		"SC248 SD249 SE46 SG65 SI386 SK421 SL232 SM378 SN221 SO252 SR597 SS211 ST239 SV503 SY963 SZ268 TD235 TG228 TH66 TJ992 TL670 " +
		"TM993 TN216 TO676 TR90 TT1 TV688 TW886 TZ255 UA380 UG256 US1 UY598 UZ998 VC1 VE58 VG1 VI1 VN84 VU678 WS685 YE967 ZA27 ZM260 ZW263"
	country = strings.ToUpper(country)
	if len(country) != 2 || letterOrDigit(country[0]) < 10 || letterOrDigit(country[1]) < 10 {
		return ""
	}
	_, after, found := strings.Cut(" "+list, " "+country)
	if !found {
		return ""
	}
	code, _, _ := strings.Cut(after, " ")
	return code
}
