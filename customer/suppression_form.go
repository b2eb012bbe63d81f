package customer

import (
	"strings"
	"unicode"
)

// NormalContact returns the form of a contact value by which suppression marks
// recognise it: digits with a leading plus for phone, fax and messages that are
// numbers, small letters without blanks for e-mail, and letters and digits in
// small form for the rest. Full-width characters count as their narrow ones. What
// can be no address, an e-mail without @ or a number of fewer than 5 digits, has
// the form "" and is never marked: a placeholder would block everybody who has it.
// The function does not know calling codes: hosts that hold national numbers make them
// international first, or bring a function of their own ([SuppressionOptions]).
func NormalContact(channel Channel, value string) string {
	value = narrow(value)
	switch channel {
	case ChannelEmail:
		if !strings.Contains(value, "@") {
			return ""
		}
		return strings.ToLower(strings.Join(strings.Fields(value), ""))
	case ChannelPhone, ChannelFax, ChannelMessaging:
		if !strings.ContainsFunc(value, unicode.IsLetter) {
			return phoneForm(value)
		}
	}
	return wordForm(value)
}

// phoneForm keeps the digits; an international prefix, + or 00, becomes a plus.
func phoneForm(value string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, value)
	if len(digits) < 5 {
		return ""
	}
	if rest, international := strings.CutPrefix(digits, "00"); international {
		return "+" + rest
	}
	if strings.HasPrefix(strings.TrimSpace(value), "+") {
		return "+" + digits
	}
	return digits
}

// wordForm keeps letters and digits, in small form.
func wordForm(value string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, value)
}

// narrow replaces the full-width forms of ASCII, U+FF01 to U+FF5E, and the
// ideographic space.
func narrow(value string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000':
			return ' '
		}
		return r
	}, value)
}

// identifierWords returns what a mark of one form of an identifier is made of; nil if
// nothing is left of it, which marks nobody.
func identifierWords(id Identifier, form string) []string {
	value := wordForm(narrow(form))
	if value == "" {
		return nil
	}
	return []string{"identifier", id.System, id.Type, value}
}

// contactWords returns what a mark of a contact point is made of; nil if nothing is
// left of its value. A number is the same over phone, fax and messages.
func (s *Suppressions) contactWords(p ContactPoint) []string {
	if s.normal == nil { // the zero Suppressions, which block nobody
		return nil
	}
	value := s.normal(p.Channel, p.Value)
	if value == "" {
		return nil
	}
	channel := p.Channel
	if channel == ChannelFax || channel == ChannelMessaging {
		channel = ChannelPhone
	}
	return []string{"contact", string(channel), value}
}
