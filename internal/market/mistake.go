package market

import (
	"slices"
	"strings"
)

// misspell returns a name with one slip of the keyboard, always different from
// the name: two neighbours swapped, a letter doubled, dropped or replaced. A
// name of one letter is doubled.
func misspell(c *chance, name string) string {
	letters := []rune(name)
	if len(letters) < 2 {
		return name + name
	}
	at := 1 + c.IntN(len(letters)-1)
	switch kind := c.IntN(4); {
	case kind == 0 && letters[at] != letters[at-1]:
		letters[at-1], letters[at] = letters[at], letters[at-1]
	case kind == 1:
		letters = slices.Insert(letters, at, letters[at])
	case kind == 2:
		letters = slices.Delete(letters, at, at+1)
	default:
		letters[at] = otherLetter(c, letters[at])
	}
	return string(letters)
}

// otherLetter draws a letter that is not the given one: a Latin letter, or for a
// Chinese character the next in the table, as a slip in a list of candidates.
func otherLetter(c *chance, letter rune) rune {
	if letter > 0x7f {
		return letter + 1
	}
	other := 'a' + rune(c.IntN(25))
	if other >= letter {
		other++
	}
	return other
}

// reformatPhone writes an E.164 number of +1 as people do; the digits stay.
func reformatPhone(c *chance, phone string) string {
	area, local := phone[2:5], phone[5:]
	switch c.IntN(4) {
	case 0:
		return "(" + area + ") " + local[:3] + "-" + local[3:]
	case 1:
		return area + "." + local[:3] + "." + local[3:]
	case 2:
		return "001 " + area + " " + local[:3] + " " + local[3:]
	default:
		return fullWidth(phone)
	}
}

// fullWidth writes ASCII in the full-width forms of East Asian keyboards.
func fullWidth(text string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + 0xfee0
		}
		return r
	}, text)
}

// otherEmail is another address of the same person: at another host, or in
// capitals, which most hosts read as the same.
func otherEmail(c *chance, email string) string {
	if c.happens(0.5) {
		return strings.ToUpper(email)
	}
	name, _, _ := strings.Cut(email, "@")
	return name + "@mail.example.com"
}
