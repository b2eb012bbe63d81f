package identity

import "unicode/utf8"

// StandardOptions says how values are read. Nil or the zero value is right for
// files of which nothing is known.
type StandardOptions struct {
	// CallingCode is the calling code of national telephone numbers, such as "86";
	// "": they stay national.
	CallingCode string
	// DayFirst reads 03/04/1980 as 3 April; otherwise it is 4 March. A date that is
	// possible in one order only is read in that order.
	DayFirst bool
	// KeepTitles keeps titles and suffixes of persons, such as Dr, Jr and 先生.
	KeepTitles bool
	// DropTags leaves out what follows a plus sign in the local part of an e-mail
	// address, which many hosts ignore.
	DropTags bool
	// Phones reads telephone numbers in place of the rules of this package.
	Phones PhoneParser
	// Keys derives further keys, such as a romanised spelling.
	Keys Keyer
}

// Keyer derives further keys from a standard form: texts that are equal where
// forms differ in script or spelling, such as the pinyin of a Chinese name. It must
// be safe for use by several goroutines and give the same answer each time.
type Keyer interface {
	// Keys returns the keys of a form, none if it knows none.
	Keys(kind Kind, form string) []string
}

// Standardiser brings values into standard form. It is immutable and safe to share.
type Standardiser struct {
	options StandardOptions
}

// NewStandardiser checks the options. A calling code that is not one to three
// digits, the first not 0, is a *[CallingCodeError].
func NewStandardiser(options *StandardOptions) (*Standardiser, error) {
	s := &Standardiser{}
	if options != nil {
		s.options = *options
	}
	if code := s.options.CallingCode; code != "" && !isCallingCode(code) {
		return nil, &CallingCodeError{Code: code}
	}
	return s, nil
}

// Form returns the standard form of a value:
//
//   - Name: words in lower case, in their order, without titles: "mei li", "李梅"
//   - Organisation: likewise, without its legal form; see [SplitOrganisation]
//   - Text: words in lower case
//   - Address: likewise, with the words for streets and directions spelled out:
//     "12 north main street", "广东省 广州市 天河区 体育东路 12号"
//   - Date: "1980-06-19", "1980-06" or "1980"; an impossible date keeps its digits
//   - Phone: "+8613800000000", or the digits of a national number; no extension
//   - Email: "mei.li@mail.example"
//   - Code: letters and digits in upper case
//   - Number: a decimal without exponent or idle zeros: "-1234.5"
//
// Before that each value is brought to Unicode form NFKC, full width to half width, folded
// in case, and loses invisible characters, marks on Latin letters (é is e, ø is o, ß is
// ss) and stray blanks. Punctuation between words is a blank, an apostrophe nothing, & the
// word and; blanks between Chinese characters go. The form of a form is the same form.
//
// A value with no letter, digit or mark to compare has the empty form, and so has what
// stands for no value: n/a and, but for names, organisations and texts, null, none, nan,
// unknown, 无, 未知, 不详 and 暂无. A value that is not UTF-8 or too long is a *[TextError], no
// kind a *[KindError].
func (s *Standardiser) Form(kind Kind, value string) (Form, error) {
	if err := checkValue(value); err != nil {
		return Form{}, err
	}
	if !kind.IsValid() {
		return Form{}, &KindError{Word: kind.String()}
	}
	form := s.form(kind, value)
	if isASCII(value) {
		return form, nil
	}
	// What a step leaves out may bring characters together that combine anew, such as
	// the letters of a Korean syllable.
	for range 4 {
		again := s.form(kind, form.Text)
		if again == form {
			break
		}
		form = again
	}
	return form, nil
}

func (s *Standardiser) form(kind Kind, value string) Form {
	if isAbsent(kind, value) {
		return Form{}
	}
	switch kind {
	case Name:
		return wordsForm(personName(value, s.options.KeepTitles))
	case Organisation:
		core, _ := splitOrganisation(value)
		return wordsForm(core)
	case Text:
		return wordsForm(words(value, joinInitials))
	case Address:
		return wordsForm(addressText(value))
	case Date:
		return dateForm(value, s.options.DayFirst)
	case Phone:
		number, valid := s.phone(value)
		return Form{Text: number.Number, Valid: valid}
	case Email:
		return emailForm(value, s.options.DropTags)
	case Code:
		return wordsForm(codeText(value))
	}
	return numberForm(value)
}

// Keys returns the further keys of a standard form: what the option Keys derives,
// nil without it.
func (s *Standardiser) Keys(kind Kind, form string) []string {
	if s.options.Keys == nil || form == "" {
		return nil
	}
	return s.options.Keys.Keys(kind, form)
}

// wordsForm is the form of kinds that every text is valid for.
func wordsForm(text string) Form { return Form{Text: text, Valid: text != ""} }

func firstInvalid(value string) int {
	for i, r := range value {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(value[i:]); size == 1 {
				return i
			}
		}
	}
	return len(value)
}

// checkValue returns what keeps a value from having a form.
func checkValue(value string) error {
	if len(value) > MaxValueLength {
		return &TextError{Reason: ValueTooLong, Length: len(value), Limit: MaxValueLength}
	}
	if !utf8.ValidString(value) {
		return &TextError{Reason: NotUTF8, Length: len(value), Limit: MaxValueLength, At: firstInvalid(value)}
	}
	return nil
}
